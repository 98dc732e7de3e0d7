// Answers every request with 204. It reads no more of HTTP than where a request ends, so that the client's cost shows.
import { createServer } from 'node:net';

const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');

const server = createServer((socket) => {
  let pending = '';
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    pending += chunk.toString('latin1');
    for (;;) {
      const headEnd = pending.indexOf('\r\n\r\n');
      if (headEnd === -1) return;
      const length = /\r\ncontent-length: *(\d+)/i.exec(pending.slice(0, headEnd))?.[1] ?? '0';
      const end = headEnd + 4 + Number(length);
      if (pending.length < end) return;
      pending = pending.slice(end);
      socket.write(ANSWER);
    }
  });
});
server.listen(0, '127.0.0.1', () => process.send?.(server.address()));
process.on('disconnect', () => process.exit(0));
