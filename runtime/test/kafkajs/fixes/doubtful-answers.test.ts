import { expect, test } from 'vitest';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import { answering, connectionTo, outcome, peer, published, question, repaired } from './rig.ts';

const HOURS_MS = 3 * 3_600_000;

/** An answer that asks for a long rest, and then fails with `error`. */
async function askWith(parts: Internals, error: Error) {
  const { port, accepted } = await peer(answering(3));
  const connection = connectionTo(parts, port);
  await connection.connect();
  const response = {
    decode: async () => ({ clientSideThrottleTime: HOURS_MS }),
    parse: async () => await Promise.reject(error),
  };
  const failure = await outcome(connection.send(question(parts, { response })));
  // What is published stays, and would keep the next request in its queue for those hours.
  if (connection.isConnected()) return { failure, isOpen: true };
  await connection.connect();
  const next = await outcome(connection.send(question(parts)));
  await connection.disconnect();
  return { failure, isOpen: false, next, sockets: accepted.length };
}

test.each([
  ['that ends too early', new RangeError('beyond the end')],
  [
    'whose error code nobody knows',
    Object.assign(new Error('1234'), { name: 'KafkaJSProtocolError', type: 'KAFKAJS_UNKNOWN_ERROR_CODE' }),
  ],
])('an answer %s ends its connection, and its wish for rest with it', async (_, error) => {
  expect(await askWith(repaired(), error)).toEqual({ failure: error, isOpen: false, next: 3, sockets: 2 });
  expect(await askWith(published(), error)).toEqual({ failure: error, isOpen: true });
});

test('a refusal that is understood leaves the connection open', async () => {
  const { port } = await peer(answering(3));
  const parts = repaired();
  const connection = connectionTo(parts, port);
  await connection.connect();
  const refusal = parts.createErrorFromCode(27);
  const response = {
    decode: async () => ({ clientSideThrottleTime: 0 }),
    parse: async () => await Promise.reject(refusal),
  };
  expect(await outcome(connection.send(question(parts, { response })))).toBe(refusal);
  expect(connection.isConnected()).toBe(true);
  await connection.disconnect();
});
