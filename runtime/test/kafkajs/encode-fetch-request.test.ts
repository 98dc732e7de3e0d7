import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import type { FetchRequest } from '../../src/kafkajs/broker-types.ts';
import { encodeFetchRequest } from '../../src/kafkajs/encode-fetch-request.ts';

const require = createRequire(import.meta.url);
const original = require('kafkajs/src/protocol/requests/fetch/v11/request') as (
  request: FetchRequest & { replicaId: number },
) => { encode: () => Promise<{ buf: Buffer; offset: number }> };

const partition = (index: number, fetchOffset: string) => ({
  partition: index,
  fetchOffset,
  maxBytes: 131_072,
});

test.each<[string, FetchRequest['topics']]>([
  ['nothing', []],
  ['one', [{ topic: 't', partitions: [partition(0, '0')] }]],
  [
    'several, with names and offsets of any length',
    [
      { topic: 'a-longer-topic', partitions: [partition(7, '5'), partition(299, String(2 ** 53 - 1))] },
      { topic: 'größe', partitions: [partition(1, '4294967296')] },
      { topic: 'a-longer-topic', partitions: [partition(2, '-1')] },
    ],
  ],
])('%s: the bytes are those that kafkajs writes', async (_, topics) => {
  const request = { isolationLevel: 1, maxWaitTime: 1_234, minBytes: 1, maxBytes: 1_048_576, topics };
  const { buf, offset } = await original({ replicaId: -1, ...request }).encode();
  expect(encodeFetchRequest(request).toString('hex')).toBe(buf.toString('hex', 0, offset));
});
