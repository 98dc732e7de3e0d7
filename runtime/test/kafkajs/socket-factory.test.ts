import net from 'node:net';
import tls from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { readInto } from '../../src/kafkajs/read-place.ts';
import { createSockets } from '../../src/kafkajs/socket-factory.ts';

// Of nobody, for localhost, made for this test.
const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgbq0CWkO5GKlODgis
ikOOn5IOSao/gkN40ncahXNDEFyhRANCAAR6uyjZx1VmUJtBEAAW0PT6YrrzIJkU
m8MJATk17WMtGsAOAOi7ozit2tWAa1cQzNUVpkz543hQMM6in7hVStI5
-----END PRIVATE KEY-----`;
const cert = `-----BEGIN CERTIFICATE-----
MIIBfzCCASWgAwIBAgIUQpU3RMW14BDjoGfbJ9KBtsIjI9EwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyOTAyNTkyMVoYDzIxMjYxMTA1
MDI1OTIxWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAR6uyjZx1VmUJtBEAAW0PT6YrrzIJkUm8MJATk17WMtGsAOAOi7ozit
2tWAa1cQzNUVpkz543hQMM6in7hVStI5o1MwUTAdBgNVHQ4EFgQUc8C7jjODmiep
35AGXAXCRt7GgrQwHwYDVR0jBBgwFoAUc8C7jjODmiep35AGXAXCRt7GgrQwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBFAiAFEj4O6gqwDaX760DnCnKW
+FaZGdAmZsnwzlHKEesDgwIhANy34YSoOIGRwFYwuy9jNBlO+wrJ66a6lW7wTuhr
PguS
-----END CERTIFICATE-----`;

const BYTES = 1_000_000;
const sent = Buffer.from(Uint8Array.from({ length: BYTES }, (_, index) => (index * 7 + (index >> 8)) & 255));

test.each([
  ['as it is', null],
  ['under TLS', { rejectUnauthorized: false }],
])('what comes next is read to where it was said to go, and nowhere else: %s', async (_, ssl) => {
  const serve = (socket: net.Socket) => void socket.end(sent);
  const server = ssl === null ? net.createServer(serve) : tls.createServer({ key, cert }, serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sockets = createSockets();
  onTestFinished(() => {
    sockets.close();
    server.close();
  });
  const { port } = server.address() as net.AddressInfo;
  const socket = sockets.create({ host: '127.0.0.1', port, ssl, onConnect: () => undefined });
  const whole = Buffer.alloc(BYTES);
  let at = 0;
  const misplaced: number[] = [];
  const done = Promise.withResolvers<void>();
  socket.on('data', (chunk: Buffer) => {
    const isInPlace = chunk.buffer === whole.buffer && chunk.byteOffset === whole.byteOffset + at;
    // Of the first read nobody could say where it goes.
    if (isInPlace === (at === 0)) misplaced.push(at);
    if (!isInPlace) chunk.copy(whole, at);
    at += chunk.length;
    if (at < BYTES) readInto(socket, whole.subarray(at));
    else done.resolve();
  });
  await done.promise;
  expect({ misplaced, isWhole: whole.equals(sent) }).toEqual({ misplaced: [], isWhole: true });
});
