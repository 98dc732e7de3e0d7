import {
  array,
  assert,
  asyncProperty,
  constantFrom,
  dictionary,
  integer,
  nat,
  oneof,
  option,
  record,
  string,
  uint8Array,
} from 'fast-check';
import { expect, test } from 'vitest';
import type { OutgoingMessage } from '../../src/kafkajs/broker-types.ts';
import { decodeFetchResponse } from '../../src/kafkajs/decode-fetch.ts';
import {
  encodeProduce,
  ROOM_FOR_HEADS_BYTES,
  ROOM_IN_FRONT_BYTES,
} from '../../src/kafkajs/encode-produce.ts';
import { createGrowingBatches } from '../../src/kafkajs/growing-batch.ts';
import { encodeResponse } from './encode-fetch.ts';

const bytes = (maxLength: number) => uint8Array({ maxLength }).map((array) => Buffer.from(array));
const text = string({ unit: 'binary', maxLength: 80 }).map((value) => value.toWellFormed());
const headerValue = oneof(text, bytes(80), array(oneof(text, bytes(9)), { maxLength: 3 }));
const message = record(
  {
    key: option(bytes(70)),
    value: option(
      oneof(
        bytes(20),
        nat(20_000).map((length) => Buffer.alloc(length, 'x')),
      ),
    ),
    headers: dictionary(text, headerValue, { maxKeys: 4 }),
    timestamp: integer({ min: 1e12, max: 1e13 - 1 }),
  },
  { requiredKeys: ['key', 'value', 'timestamp'] },
);

function expectedOf({ key, value, headers = {}, timestamp }: OutgoingMessage, offset: number) {
  const list = Object.entries(headers).flatMap(([name, values]) =>
    [values].flat().map((one) => ({ name, value: Buffer.from(one as string) })),
  );
  return { offset, key, value, headers: list, timestamp };
}

test('what is written for a broker is read as it was, whatever keys, values, headers and times', async () => {
  const messages = array(message, { minLength: 1, maxLength: 9 });
  const topics = constantFrom('t', 'a-longer-topic');
  await assert(
    asyncProperty(messages, topics, constantFrom('none', 'gzip'), async (messages, topic, compression) => {
      const request = { partition: 3, ackTimeoutMs: 4, timeoutMs: 5, onWrite: () => undefined };
      const body = await encodeProduce({ ...request, topic, messages, compression });
      const head = 26 + Buffer.byteLength(topic);
      expect(body.readInt32BE(head - 4)).toBe(body.length - head);
      const payload = encodeResponse({ t: [{ recordSet: body.subarray(head) }] });
      const wanted = { fetchOffset: () => 0, maxRecordBytes: 1e6 };
      const [read] = (await decodeFetchResponse(payload, wanted)).partitions;
      expect(read?.fault).toBeNull();
      expect(
        read?.records.map(({ offset, key, value, headers, timestamp }) => {
          return { offset, key, value, headers, timestamp };
        }),
      ).toEqual(messages.map(expectedOf));
    }),
    { numRuns: 300 },
  );
});

test('headers that are encoded already are written as they are', async () => {
  const messages = array(message, { minLength: 1, maxLength: 9 });
  const newBatch = createGrowingBatches(ROOM_FOR_HEADS_BYTES);
  const request = { topic: 't', partition: 3, ackTimeoutMs: 4, timeoutMs: 5, onWrite: () => undefined };
  const wanted = { fetchOffset: () => 0, maxRecordBytes: 1e6 };
  await assert(
    asyncProperty(messages, async (all) => {
      const body = await encodeProduce({ ...request, messages: all, compression: 'none' });
      const payload = encodeResponse({ t: [{ recordSet: body.subarray(27) }] });
      const [read] = (await decodeFetchResponse(payload, wanted)).partitions;
      const encoded = (read?.records ?? []).map(
        ({ buffer, headersStart, headersEnd, headerCount }, index) => {
          const { key, value, timestamp } = all[index] as OutgoingMessage & { timestamp: number };
          const encodedHeaders = { count: headerCount, bytes: buffer.subarray(headersStart, headersEnd) };
          return { key, value, timestamp, encodedHeaders };
        },
      );
      const again = await encodeProduce({ ...request, messages: encoded, compression: 'none' });
      expect(again.equals(body)).toBe(true);
      const batch = newBatch();
      for (const one of encoded) batch.add(one);
      const grown = await encodeProduce({ ...request, messages: batch, compression: 'none' });
      const timed = all.map((one) => ({ ...one, timestamp: batch.timestampMs }));
      const atOnce = await encodeProduce({ ...request, messages: timed, compression: 'none' });
      expect(grown.equals(atOnce)).toBe(true);
    }),
    { numRuns: 300 },
  );
});

test('a batch that grows is written as the same messages are at once, also in memory that was used before', async () => {
  const messages = array(message, { minLength: 1, maxLength: 9 });
  const newBatch = createGrowingBatches(ROOM_FOR_HEADS_BYTES);
  await assert(
    asyncProperty(messages, constantFrom('none', 'gzip'), async (messages, compression) => {
      const request = { topic: 't', partition: 3, ackTimeoutMs: 4, timeoutMs: 5, onWrite: () => undefined };
      const batch = newBatch();
      const timed = messages.map((one) => ({ ...one, timestamp: batch.timestampMs }));
      for (const one of messages) batch.add(one);
      const body = await encodeProduce({ ...request, messages: batch, compression });
      const atOnce = await encodeProduce({ ...request, messages: timed, compression });
      expect(body.equals(atOnce)).toBe(true);
      expect(body.byteOffset).toBeGreaterThanOrEqual(ROOM_IN_FRONT_BYTES);
      batch.giveBack();
    }),
    { numRuns: 300 },
  );
});

test('a topic whose name leaves no room for the heads is refused', async () => {
  const batch = createGrowingBatches(ROOM_FOR_HEADS_BYTES)();
  batch.add({ key: null, value: 'text' });
  const request = { partition: 3, ackTimeoutMs: 4, timeoutMs: 5, onWrite: () => undefined } as const;
  const encode = async (topic: string) =>
    await encodeProduce({ ...request, topic, messages: batch, compression: 'none' });
  await expect(encode('t'.repeat(249))).resolves.toHaveProperty('length');
  await expect(encode('t'.repeat(250))).rejects.toThrow('no room');
});
