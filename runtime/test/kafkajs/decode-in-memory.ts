import { readFileSync } from 'node:fs';
import { decodeFetchResponse } from '../../src/kafkajs/decode-fetch.ts';

/** A process of its own, so that its memory can be told: decodes the response in a file, and prints what came of it. */
const payload = readFileSync(process.argv[2] as string);
const { partitions } = await decodeFetchResponse(payload, {
  fetchOffset: () => 0,
  maxRecordBytes: 10 * 1024 * 1024,
});
const records = partitions[0]?.records ?? [];
const facts = {
  offsets: records.map(({ offset }) => offset),
  bytes: records[1]?.tooLarge?.bytes,
  maxRssBytes: process.resourceUsage().maxRSS * 1024,
};
process.stdout.write(JSON.stringify(facts));
