import { fstatSync, write } from 'node:fs';
import { Socket } from 'node:net';

/** Writes all of `bytes`, then calls `done`: with true when they are written, with false when nobody reads any more. */
export type WriteAll = (bytes: Buffer, done: (written: boolean) => void) => void;

// The reader is gone for good: a closed pipe, a closed descriptor, a terminal that was hung up.
const goneCodes = new Set(['EPIPE', 'EBADF', 'ECONNRESET', 'EIO', 'ERR_STREAM_DESTROYED']);
const busyRetryMs = 10;
const faultRetryMs = 1_000;

/**
 * Opens a file descriptor for writes that never block the event loop, however long its reader stalls.
 *
 * Pipes and sockets go through a stream: a write that waits for its reader costs no thread there, and an exit is not
 * held up by it, as it would be by a thread of the pool that hangs in write(2). Files and terminals take their writes
 * in the pool.
 */
export function openLogTarget(fd: number): WriteAll {
  const kind = fstatSync(fd);
  if (kind.isFIFO() || kind.isSocket()) return streamTarget(fd);
  return (bytes, done) => writeFile(fd, bytes, 0, done);
}

function streamTarget(fd: number): WriteAll {
  // Two streams over one descriptor would disturb each other, and process.stdout is one as soon as anyone touches it.
  const stream = fd === 1 ? process.stdout : new Socket({ fd, readable: false, writable: true });
  stream.on('error', () => {}); // each write hears of it in its own callback
  return (bytes, done) => {
    stream.write(bytes, (error) => done(error === null || error === undefined));
  };
}

function writeFile(fd: number, bytes: Buffer, start: number, done: (written: boolean) => void): void {
  write(fd, bytes, start, bytes.length - start, null, (error, count) => {
    if (error !== null) {
      if (goneCodes.has(error.code ?? '')) return done(false);
      // A terminal can be full for a moment, a disk for longer; lines wait, they are never dropped.
      const waitMs = error.code === 'EAGAIN' ? busyRetryMs : faultRetryMs;
      setTimeout(() => writeFile(fd, bytes, start, done), waitMs);
      return;
    }
    if (start + count < bytes.length) writeFile(fd, bytes, start + count, done);
    else done(true);
  });
}
