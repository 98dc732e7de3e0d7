import { compressions } from '../../../runtime/test/kafkajs/compress.ts';
import type { Sent } from './java-client.ts';
import { everyKind, RAW } from './plan.ts';
import { sendBatch } from './raw-client.ts';
import { oddEvents, valid, type Make } from './records.ts';

const NO_TIME_MS = -1;
const RECORDS = 200;
const NOT_UTF8 = Buffer.from('name \xff', 'latin1');

/** What Java does not write: raw snappy as librdkafka does, no timestamp, a header's name that is not UTF-8. */
export async function sendRawBatches(address: string): Promise<Sent[]> {
  // In a batch all times are the same here, and a time of one's own is what some kinds are about.
  const kinds = everyKind(RECORDS).filter(({ timestampMs }) => timestampMs === null);
  const snappy = { ...compressions['snappy'], baseTimestamp: 1_700_000_000_000 };
  const timeless = [valid('timeless'), (oddEvents['no eventTime'] as Make)('timeless too')];
  const named = { ...valid('named'), headers: [[NOT_UTF8, NOT_UTF8]] as const };
  return [
    await sendBatch(address, RAW, kinds, snappy),
    await sendBatch(address, RAW, timeless, { baseTimestamp: NO_TIME_MS }),
    await sendBatch(address, RAW, [named], { baseTimestamp: 0 }),
  ].flat();
}
