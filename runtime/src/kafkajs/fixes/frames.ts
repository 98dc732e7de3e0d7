/**
 * Answers cut out of the byte stream, with a check of what comes in.
 *
 * Without this, four bytes that are no length (another protocol on the port, a broken proxy) make the connection wait for gigabytes, or
 * read backwards; and an answer that belongs to no request is passed over, although all that follows on the stream is then in doubt.
 */
import type { Connection } from '../internal-types.ts';
import type { Internals } from '../internals.ts';
import { readInto } from '../read-place.ts';

const LENGTH_BYTES = 4;
const CORRELATION_ID_BYTES = 4;
/** So much of an answer is left to come, and it is read to where it belongs; less may come with the next answer's beginning. */
const IN_PLACE_MIN_BYTES = 32 * 1024;
/** Far above what any request here asks for, below what text or a TLS alert looks like when read as a length. */
const LARGEST_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Replaces processData on kafkajs's Connection. Each chunk is copied at once into the answer that it belongs to: it may be
 * overwritten afterwards (sockets read into one buffer again and again). Where much of an answer is to come, the socket reads
 * it to its place, and there is nothing to copy. `chunks` holds that answer, as far as it has come.
 * The replacement throws Error where the stream can't be one of answers.
 */
export function fixFrames({ Connection }: Pick<Internals, 'Connection'>): void {
  Connection.prototype.processData = processData;
}

function processData(this: Connection, chunk: Buffer): void {
  if (this.authHandlers !== null && !this.authExpectResponse) {
    this.authHandlers.onSuccess(Buffer.from(chunk));
    return;
  }
  const { socket } = this;
  let at = 0;
  while (at < chunk.length) {
    const frame = this.chunks[0] ?? expect(this, LENGTH_BYTES);
    const taken = isInPlace(this, frame, chunk)
      ? chunk.length
      : chunk.copy(frame, this.bytesBuffered, at, at + this.bytesNeeded - this.bytesBuffered);
    at += taken;
    this.bytesBuffered += taken;
    if (this.bytesBuffered < this.bytesNeeded) {
      if (this.bytesNeeded - this.bytesBuffered >= IN_PLACE_MIN_BYTES)
        readInto(socket, frame.subarray(this.bytesBuffered));
      return;
    }
    if (frame.length === LENGTH_BYTES) {
      frame.copy(expect(this, frameBytes(frame)));
      this.bytesBuffered = LENGTH_BYTES;
      continue;
    }
    this.chunks = [];
    deliver(this, frame);
    // What was delivered may have ended the connection, and a new one may stand in its place.
    if (this.socket !== socket || !this.isConnected()) return;
  }
}

/** Whether the chunk was read to where it belongs. */
function isInPlace({ bytesBuffered }: Connection, frame: Buffer, chunk: Buffer): boolean {
  return chunk.buffer === frame.buffer && chunk.byteOffset === frame.byteOffset + bytesBuffered;
}

/** @returns the place for so many bytes, which come next */
function expect(connection: Connection, bytes: number): Buffer {
  // A small one shares its memory with others; a large one must go as soon as nothing points into it.
  const place = bytes < Buffer.poolSize >>> 1 ? Buffer.allocUnsafe(bytes) : Buffer.allocUnsafeSlow(bytes);
  connection.chunks = [place];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = bytes;
  return place;
}

/** @returns the bytes that a frame takes, with the length field that it begins with */
function frameBytes(start: Buffer): number {
  const length = start.readInt32BE(0);
  if (length < CORRELATION_ID_BYTES || length > LARGEST_ANSWER_BYTES)
    throw new Error(`a length of ${length} bytes`);
  return LENGTH_BYTES + length;
}

function deliver(connection: Connection, frame: Buffer): void {
  if (connection.authHandlers !== null) {
    connection.authHandlers.onSuccess(frame);
    return;
  }
  const correlationId = frame.readInt32BE(LENGTH_BYTES);
  if (!connection.requestQueue.inflight.has(correlationId)) {
    throw new Error(`an answer to a request (${correlationId}) that nobody made`);
  }
  const payload = frame.subarray(LENGTH_BYTES + CORRELATION_ID_BYTES);
  connection.requestQueue.fulfillRequest({ correlationId, payload, size: frame.length - LENGTH_BYTES });
}
