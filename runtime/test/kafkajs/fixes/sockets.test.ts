import { once } from 'node:events';
import { expect, test } from 'vitest';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import {
  answer,
  answering,
  connectionTo,
  correlationOf,
  optionsTo,
  outcome,
  peer,
  published,
  question,
  repaired,
} from './rig.ts';

/** The first connection breaks in the middle of an answer; the second works. */
async function askAcrossReconnect(parts: Internals, breaks: 'end' | 'resetAndDestroy'): Promise<unknown> {
  const { port } = await peer((socket, index) => {
    if (index > 0) return answering(42)(socket);
    socket.on('data', (request) => {
      const begun = Buffer.alloc(11);
      begun.writeInt32BE(1000, 0);
      begun.writeInt32BE(correlationOf(request as Buffer), 4);
      // The client has them before the connection breaks.
      socket.write(begun, () => setImmediate(() => socket[breaks]()));
    });
  });
  const connection = connectionTo(parts, port);
  await connection.connect();
  const first = await outcome(connection.send(question(parts)));
  expect(first).toMatchObject({ name: expect.stringMatching(/Connection(Closed)?Error/) });
  await expect.poll(() => connection.isConnected()).toBe(false);
  await connection.connect();
  return await outcome(connection.send(question(parts)));
}

test.each(['end', 'resetAndDestroy'] as const)(
  'the beginning of an answer does not outlive its socket: %s',
  async (breaks) => {
    const stale = await askAcrossReconnect(published(), breaks);
    expect(stale).toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
    expect(await askAcrossReconnect(repaired(), breaks)).toBe(42);
  },
);

/** Three callers want the connection at once. */
async function socketsOfThree(parts: Internals): Promise<number> {
  const { port, accepted } = await peer(answering(1));
  const pool = new parts.ConnectionPool(optionsTo(port));
  const [connection] = await Promise.all([1, 2, 3].map(async () => await pool.getConnection(0)));
  await connection?.send(question(parts));
  await expect.poll(() => accepted.length).toBeGreaterThan(0);
  const { length } = accepted;
  await pool.destroy();
  return length;
}

test('connects once for all who ask at the same time', async () => {
  expect(await socketsOfThree(published())).toBe(3);
  expect(await socketsOfThree(repaired())).toBe(1);
});

/** Two requests to a peer that takes them and says nothing; the second would wait for an hour. */
async function askSilentPeer(parts: Internals) {
  const { port, accepted } = await peer((socket) => socket.resume());
  const connection = connectionTo(parts, port);
  await connection.connect();
  const patient = outcome(connection.send(question(parts, { requestTimeout: 3_600_000 })));
  const first = await outcome(connection.send(question(parts)));
  return { first, patient, connection, accepted };
}

test('a connection with a peer that does not answer is given up', async () => {
  const before = await askSilentPeer(published());
  expect(before.first).toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
  expect(before.connection.isConnected()).toBe(true);

  const { first, patient, connection, accepted } = await askSilentPeer(repaired());
  expect(first).toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
  expect(connection.isConnected()).toBe(false);
  expect(await patient).toMatchObject({ name: 'KafkaJSConnectionError' });
  const [socket] = accepted;
  if (socket?.closed === false) await once(socket, 'close');
});

test('disconnect waits for no answer', async () => {
  const old = published();
  const slow = await peer((socket) => socket.resume());
  const waiting = connectionTo(old, slow.port, { requestTimeout: 60_000 });
  await waiting.connect();
  const asked = outcome(waiting.send(question(old)));
  await expect.poll(() => waiting.requestQueue.inflight.size).toBe(1);
  let disconnected = false;
  const disconnecting = waiting.disconnect().then(() => (disconnected = true));
  const other = connectionTo(old, (await peer(answering(1))).port);
  await other.connect();
  await other.send(question(old));
  expect(disconnected).toBe(false);
  slow.accepted[0]?.write(answer(0, 7));
  await Promise.all([disconnecting, asked]);

  const parts = repaired();
  const silentPeer = await peer((socket) => socket.resume());
  const connection = connectionTo(parts, silentPeer.port, { requestTimeout: 60_000 });
  await connection.connect();
  const pending = outcome(connection.send(question(parts)));
  await expect.poll(() => connection.requestQueue.inflight.size).toBe(1);
  await connection.disconnect();
  expect(await pending).toMatchObject({ name: 'KafkaJSConnectionError' });
  const [socket] = silentPeer.accepted;
  if (socket?.closed === false) await once(socket, 'close');
});

test('an old socket’s end does not touch its successor', async () => {
  const parts = repaired();
  const { port, accepted } = await peer(answering(5));
  const connection = connectionTo(parts, port);
  await connection.connect();
  const old = connection.socket;
  await connection.disconnect();
  await connection.connect();
  old.emit('error', new Error('late'));
  old.emit('close');
  old.emit('data', Buffer.from('garbage'));
  expect(connection.isConnected()).toBe(true);
  expect(await connection.send(question(parts))).toBe(5);
  expect(accepted).toHaveLength(2);
});

test('a handshake that never ends is given up, and may be tried again', async () => {
  const parts = repaired();
  const { port, accepted } = await peer((socket) => socket.resume());
  const connection = connectionTo(parts, port, {
    ssl: { rejectUnauthorized: false },
    connectionTimeout: 100,
  });
  for (const attempt of [1, 2]) {
    expect(await outcome(connection.connect())).toMatchObject({ message: 'Connection timeout' });
    await expect.poll(() => accepted.filter(({ closed }) => closed).length).toBe(attempt);
  }
});

test('an authentication that gets no answer ends', async () => {
  const ask = { request: { encode: async () => Buffer.from('x') }, response: { decode: async () => 1 } };
  const old = published();
  const oldPeer = await peer((socket) => socket.resume());
  const waiting = connectionTo(old, oldPeer.port);
  await waiting.connect();
  let settled = false;
  const authenticating = outcome(waiting.sendAuthRequest(ask)).then(() => (settled = true));
  await outcome(waiting.send(question(old)));
  expect(settled).toBe(false);
  oldPeer.accepted[0]?.destroy();
  await authenticating;

  const parts = repaired();
  const connection = connectionTo(parts, (await peer((socket) => socket.resume())).port);
  await connection.connect();
  expect(await outcome(connection.sendAuthRequest(ask))).toMatchObject({ name: 'KafkaJSConnectionError' });
  expect(connection.isConnected()).toBe(false);
});
