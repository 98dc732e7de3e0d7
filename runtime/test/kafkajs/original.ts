import { createRequire } from 'node:module';

/** kafkajs's own decoder, to show what it makes of the same bytes. */
export interface OriginalRecord {
  readonly offset: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Readonly<Record<string, unknown>>;
}

interface OriginalBatch {
  readonly messages: OriginalRecord[];
  isEmpty(): boolean;
  isEmptyDueToFiltering(): boolean;
  lastOffset(): string;
}

const require = createRequire(import.meta.url);
const response = require('kafkajs/src/protocol/requests/fetch/v11/response.js') as {
  decode(payload: Buffer): Promise<{ responses: { partitions: unknown[] }[] }>;
};
const Batch = require('kafkajs/src/consumer/batch.js') as new (
  topic: string,
  fetchedOffset: string,
  partition: unknown,
) => OriginalBatch;

/** The batch that kafkajs hands on for the response's first partition. */
export async function originalBatch(payload: Buffer, fetchOffset = 0): Promise<OriginalBatch> {
  const { responses } = await response.decode(payload);
  return new Batch('topic', String(fetchOffset), responses[0]?.partitions[0]);
}
