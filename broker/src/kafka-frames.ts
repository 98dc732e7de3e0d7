import type { Socket } from 'node:net';

/** Calls back with each frame of the stream, its length field included; the buffer is the callee's. */
export function onFrame(socket: Socket, handle: (frame: Buffer) => void): void {
  let buffered: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    buffered = buffered.length === 0 ? (chunk as Buffer) : Buffer.concat([buffered, chunk as Buffer]);
    while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
      const length = 4 + buffered.readInt32BE(0);
      handle(Buffer.from(buffered.subarray(0, length)));
      buffered = buffered.subarray(length);
    }
  });
}
