import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { expect, test } from 'vitest';
import { temporaryFolder } from '../../../broker/test/temporary-folder.ts';
import { decodeFetchResponse, type FetchedPartition } from '../../src/kafkajs/decode-fetch.ts';
import { compressions } from './compress.ts';
import { decodedStreamed } from './decoded.ts';
import { encodeBatch, encodeBatchAround, encodeRecord, encodeResponse, varint } from './encode-fetch.ts';
import { originalBatch } from './original.ts';

const BOMB_BYTES = 70_000_000;
const bombSha256 = createHash('sha256').update(Buffer.alloc(BOMB_BYTES)).digest('hex');
const records = [{ value: 'before' }, { key: 'bomb', value: Buffer.alloc(BOMB_BYTES) }, { value: 'after' }];
const valuesOf = (partition: FetchedPartition) =>
  partition.records.map(({ value }) => value && String(value));

test.each(Object.entries(compressions))(
  '%s: a bomb leaves a digest, its neighbours arrive',
  async (_, codec) => {
    const plain = { baseOffset: 10, records: [{ value: 'next batch' }] };
    const recordSet = Buffer.concat([encodeBatch({ baseOffset: 7, ...codec, records }), encodeBatch(plain)]);
    const partition = await decodedStreamed(recordSet, { fetchOffset: 7 });
    expect(valuesOf(partition)).toEqual(['before', null, 'after', 'next batch']);
    expect(partition.records.map(({ offset, keyText }) => [offset, keyText])).toEqual([
      [7, 'k'],
      [8, 'bomb'],
      [9, 'k'],
      [10, 'k'],
    ]);
    const { tooLarge } = partition.records[1] ?? {};
    expect(tooLarge).toEqual({
      bytes: BOMB_BYTES + 4,
      sha256: bombSha256,
      keySha256: null,
      headersSha256: null,
    });
    expect(partition).toMatchObject({ nextOffset: 11, fault: null });
    expect(partition.sizeBytes).toBeLessThan(200);
  },
);

test('the original holds all of a bomb', async () => {
  const recordSet = encodeBatch({ ...compressions['gzip'], records });
  const { messages } = await originalBatch(encodeResponse({ t: [{ recordSet }] }));
  expect(messages[1]?.value).toHaveLength(BOMB_BYTES);
});

test('many small records in one batch come 64 MiB at a time, each once', async () => {
  const value = Buffer.alloc(100_000, 'x');
  const plain = Buffer.concat(Array.from({ length: 1500 }, (_, index) => encodeRecord({ value }, index)));
  const recordSet = encodeBatchAround({ ...compressions['gzip'] }, 1500, plain);
  const offsets: number[] = [];
  let fetches = 0;
  for (let fetchOffset = 0; fetchOffset < 1500; fetches++) {
    const { records, nextOffset, sizeBytes, fault } = await decodedStreamed(recordSet, { fetchOffset });
    expect([fault, records[0]?.offset, records.at(-1)?.offset]).toEqual([null, fetchOffset, nextOffset - 1]);
    expect(sizeBytes).toBeLessThan(68_000_000);
    offsets.push(...records.map(({ offset }) => offset));
    fetchOffset = nextOffset;
  }
  expect(offsets).toEqual(Array.from({ length: 1500 }, (_, index) => index));
  expect(fetches).toBe(3);
});

test.each([40_000_000, 80_000_000])(
  'five partitions with batches of %d bytes share the memory of one, and all their records come in turn',
  async (batchBytes) => {
    const value = Buffer.alloc(batchBytes / 8, 'x');
    const recordSet = encodeBatch({
      ...compressions['gzip'],
      records: Array.from({ length: 8 }, () => ({ value })),
    });
    const partitions = [0, 1, 2, 3, 4].map((partition) => ({ partition, offsets: [] as number[], next: 0 }));
    for (let turn = 0; partitions.some(({ next }) => next < 8); turn++) {
      expect(turn).toBeLessThan(20);
      const asked = partitions.map((_, index) => partitions[(index + turn) % 5] as (typeof partitions)[0]);
      const payload = encodeResponse({
        t: asked.map(({ partition, next }) => (next < 8 ? { partition, recordSet } : { partition })),
      });
      const wanted = { fetchOffset: (_: string, partition: number) => partitions[partition]?.next ?? 0 };
      const response = await decodeFetchResponse(payload, { ...wanted, maxRecordBytes: 1e8 });
      expect(response.partitions.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)).toBeLessThan(
        140_000_000,
      );
      for (const { partition, records, nextOffset, fault } of response.partitions) {
        expect(fault).toBeNull();
        partitions[partition]?.offsets.push(...records.map(({ offset }) => offset));
        Object.assign(partitions[partition] as object, { next: nextOffset });
      }
    }
    for (const { offsets } of partitions) expect(offsets).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  },
);

test.each(Object.entries(compressions))(
  '%s: a bomb that is cut is a fault of its partition alone',
  async (_, codec) => {
    const cut = (plain: Buffer) => codec.compress(plain).subarray(0, -20);
    const bomb = { recordSet: encodeBatch({ ...codec, compress: cut, records }) };
    const whole = { partition: 1, recordSet: encodeBatch({ records: [{}] }) };
    const payload = encodeResponse({ t: [bomb, whole] });
    const response = await decodeFetchResponse(payload, { fetchOffset: () => 0, maxRecordBytes: 1e7 });
    expect(response.partitions).toMatchObject([
      { records: [], nextOffset: 0, fault: { kind: 'CORRUPT', offset: 0 } },
      { records: [{ offset: 0 }], nextOffset: 1, fault: null },
    ]);
  },
);

test('bytes behind the last record are a fault here, too', async () => {
  const plain = Buffer.concat(records.map((record, index) => encodeRecord(record, index)));
  const recordSet = encodeBatchAround({ ...compressions['gzip'], lastOffsetDelta: 2 }, 2, plain);
  const { fault, records: read } = await decodedStreamed(recordSet);
  expect([read, fault?.message]).toEqual([[], 'bytes are left behind the last of 2 records']);
});

test('an abort ends it', async () => {
  const recordSet = encodeBatch({ ...compressions['gzip'], records });
  const abort = new AbortController();
  const decoding = decodedStreamed(recordSet, { signal: abort.signal });
  abort.abort(new Error('stopped'));
  await expect(decoding).rejects.toThrow('stopped');
});

test('1 MB that inflates to 1 GB is decoded within 300 MB of memory', async () => {
  const folder = await temporaryFolder();
  const file = path.join(folder, 'response');
  await writeFile(file, await gigabyteBomb(path.join(folder, 'records.gz')));
  const script = fileURLToPath(new URL('decode-in-memory.ts', import.meta.url));
  const { stdout } = await promisify(execFile)(process.execPath, [script, file], { timeout: 50_000 });
  const { offsets, bytes, maxRssBytes } = JSON.parse(stdout) as Record<string, unknown>;
  expect([offsets, bytes]).toEqual([[0, 1, 2], 1_000_000_001]);
  expect(maxRssBytes).toBeLessThan(300_000_000);
});

/** A response whose only batch has a record of a gigabyte between two small ones. */
async function gigabyteBomb(file: string): Promise<Buffer> {
  const size = 1_000_000_000;
  const behindLength = Buffer.concat([
    Buffer.from([0]),
    varint(0),
    varint(1),
    varint(1),
    Buffer.from('k'),
    varint(size),
  ]);
  function* plain() {
    yield encodeRecord({}, 0);
    yield Buffer.concat([varint(behindLength.length + size + 1), behindLength]);
    const zeros = Buffer.alloc(10_000_000);
    for (let written = 0; written < size; written += zeros.length) yield zeros;
    yield Buffer.concat([varint(0), encodeRecord({}, 2)]);
  }
  await pipeline(Readable.from(plain()), createGzip(), createWriteStream(file));
  const compressed = await readFile(file);
  const compress = () => compressed;
  return encodeResponse({
    t: [{ recordSet: encodeBatchAround({ attributes: 1, compress }, 3, Buffer.alloc(0)) }],
  });
}
