import { int16, int32 } from './encode-fetch.ts';
import { requestRaw, text } from './request-raw.ts';

export interface RawProduce {
  /** `host:port` of the partition's leader. */
  readonly address: string;
  readonly topic: string;
  readonly partition: number;
  /** One batch as `encodeBatch` makes it. */
  readonly batch: Buffer;
}

/** Writes a batch as it is, by Produce version 8; resolves to the offset of its first record. */
export async function produceRaw({ address, topic, partition, batch }: RawProduce): Promise<number> {
  // No transaction, acknowledged by all replicas, 30 s for that.
  const how = [int16(-1), int16(-1), int32(30_000)];
  const what = [int32(1), text(topic), int32(1), int32(partition), int32(batch.length), batch];
  const answer = await requestRaw({ address, apiKey: 0, apiVersion: 8, body: [...how, ...what] });
  const at = 4 + 2 + topic.length + 4 + 4;
  const errorCode = answer.readInt16BE(at);
  if (errorCode !== 0) throw new Error(`the broker answered with the error ${errorCode}`);
  return Number(answer.readBigInt64BE(at + 2));
}
