import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Socket } from 'node:net';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import { takePlace } from '../../../src/kafkajs/read-place.ts';
import { answer, connectionTo, correlationOf, outcome, peer, published, question, repaired } from './rig.ts';

/** What a request comes to when the peer sends `bytes` for an answer. */
async function askFor(parts: Internals, bytes: (correlationId: number) => Buffer): Promise<unknown> {
  const { port } = await peer((socket) => {
    socket.on('data', (request) => socket.write(bytes(correlationOf(request as Buffer))));
  });
  const connection = connectionTo(parts, port);
  await connection.connect();
  const result = await outcome(connection.send(question(parts)));
  await connection.disconnect();
  return result;
}

test.each([
  ['text', () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n')],
  ['a negative length', () => Buffer.from('ffffffff00000000', 'hex')],
  ['a length without room for an id', () => Buffer.from('00000002000000000000', 'hex')],
  ['an answer that nobody asked for', (id: number) => answer(id + 1000, 1)],
])('%s ends the connection at once', async (_, bytes) => {
  expect(await askFor(repaired(), bytes)).toMatchObject({
    name: 'KafkaJSConnectionError',
    message: expect.stringContaining('what no answer can be'),
  });
});

test('without the fix text is waited out', async () => {
  const result = await askFor(published(), () => Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n'));
  expect(result).toMatchObject({ name: 'KafkaJSRequestTimeoutError' });
});

test.each([
  ['small ones', { largest: 300, cut: { min: 1, max: 400 } }],
  ['large ones, read to their places', { largest: 200_000, cut: { min: 5_000, max: 150_000 } }],
])('answers come out whole and in order, however the stream is cut: %s', (_, { largest, cut }) => {
  const parts = repaired();
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: largest }), { minLength: 1, maxLength: 20 }),
      fc.array(fc.integer(cut), { minLength: 1 }),
      (sizes, cuts) => {
        const frames = sizes.map((size, index) => {
          const frame = Buffer.alloc(8 + size, index);
          frame.writeInt32BE(4 + size, 0);
          frame.writeInt32BE(index, 4);
          return frame;
        });
        const connection = Object.create(parts.Connection.prototype) as InstanceType<Internals['Connection']>;
        const got: [number, Buffer, number][] = [];
        const socket = {} as Socket;
        Object.assign(connection, {
          socket,
          chunks: [],
          bytesBuffered: 0,
          bytesNeeded: 4,
          authHandlers: null,
          connectionStatus: 'connected',
          requestQueue: {
            inflight: { has: () => true },
            fulfillRequest: (one: { correlationId: number; payload: Buffer; size: number }) =>
              got.push([one.correlationId, one.payload, one.size]),
          },
        });
        const own = Buffer.alloc(cut.max);
        let rest = Buffer.concat(frames);
        for (let turn = 0; rest.length > 0; turn += 1) {
          const place = takePlace(socket);
          const length = rest.copy(place ?? own, 0, 0, cuts[turn % cuts.length]);
          connection.processData((place ?? own).subarray(0, length));
          // The socket reads the next one into the same memory.
          own.fill(0xff, 0, length);
          rest = rest.subarray(length);
        }
        expect(got).toEqual(frames.map((frame, index) => [index, frame.subarray(8), frame.length - 4]));
      },
    ),
  );
});
