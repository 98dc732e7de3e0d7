/**
 * Answers cut out of the byte stream, with a check of what comes in.
 *
 * Without this, four bytes that are no length (another protocol on the port, a broken proxy) make the connection wait for gigabytes, or
 * read backwards; and an answer that belongs to no request is passed over, although all that follows on the stream is then in doubt.
 */
import type { Connection } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

const LENGTH_BYTES = 4;
const CORRELATION_ID_BYTES = 4;
/** Far above what any request here asks for, below what text or a TLS alert looks like when read as a length. */
const LARGEST_ANSWER_BYTES = 256 * 1024 * 1024;

/**
 * Replaces processData on kafkajs's Connection. The chunks of a long answer are joined once, when it is whole.
 * The replacement throws Error where the stream can't be one of answers.
 */
export function fixFrames({ Connection }: Pick<Internals, 'Connection'>): void {
  Connection.prototype.processData = processData;
}

function processData(this: Connection, chunk: Buffer): void {
  if (this.authHandlers !== null && !this.authExpectResponse) {
    this.authHandlers.onSuccess(chunk);
    return;
  }
  this.chunks.push(chunk);
  this.bytesBuffered += chunk.length;
  if (this.bytesBuffered < this.bytesNeeded) return;
  const { socket } = this;
  let rest = this.chunks.length === 1 ? chunk : Buffer.concat(this.chunks, this.bytesBuffered);
  let frameBytes = frameLength(rest);
  while (rest.length >= frameBytes) {
    const frame = rest.subarray(0, frameBytes);
    rest = rest.subarray(frameBytes);
    frameBytes = frameLength(rest);
    keep(this, rest, frameBytes);
    deliver(this, frame);
    // What was delivered may have ended the connection, and a new one may stand in its place.
    if (this.socket !== socket || !this.isConnected()) return;
  }
  keep(this, rest, frameBytes);
}

function keep(connection: Connection, rest: Buffer, frameBytes: number): void {
  connection.chunks = rest.length === 0 ? [] : [rest];
  connection.bytesBuffered = rest.length;
  connection.bytesNeeded = frameBytes;
}

/** @returns the bytes that the next frame takes with its length field; as many as the field itself while that is incomplete */
function frameLength(bytes: Buffer): number {
  if (bytes.length < LENGTH_BYTES) return LENGTH_BYTES;
  const length = bytes.readInt32BE(0);
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
