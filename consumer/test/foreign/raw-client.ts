import {
  encodeBatch,
  type WrittenBatch,
  type WrittenRecord,
} from '../../../runtime/test/kafkajs/encode-fetch.ts';
import { produceRaw } from '../../../runtime/test/kafkajs/produce-raw.ts';
import type { Partition, Sent } from './java-client.ts';
import type { ForeignRecord } from './records.ts';

const encoded = ({ key, value, headers }: ForeignRecord): WrittenRecord => ({
  key,
  value,
  headers: headers.map(([name, bytes]) => ({ name, value: bytes })),
});

/** Writes records as one batch that Java's client would not write; all of them have its `baseTimestamp`. */
export async function sendBatch(
  address: string,
  { topic, partition }: Partition,
  records: readonly ForeignRecord[],
  how: Partial<WrittenBatch> & { readonly baseTimestamp: number },
): Promise<Sent[]> {
  const batch = encodeBatch({ ...how, records: records.map(encoded) });
  const first = await produceRaw({ address, topic, partition, batch });
  return records.map((record, index) => ({
    topic,
    partition,
    record,
    offset: first + index,
    timestampMs: how.baseTimestamp,
  }));
}
