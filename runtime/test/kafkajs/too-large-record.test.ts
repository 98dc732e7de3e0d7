import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { decoded } from './decoded.ts';
import { encodeBatch, gzipped } from './encode-fetch.ts';

const sha256 = (bytes: Buffer | string) => createHash('sha256').update(bytes).digest('hex');
const maxRecordBytes = 200_000;

test.each([{}, gzipped])(
  'key, value and headers up to the bound are kept, above there is a digest',
  (compression) => {
    const exact = {
      key: 'k',
      value: Buffer.alloc(maxRecordBytes - 5, 1),
      headers: [{ name: 'h', value: 'v' }],
    };
    const above = { ...exact, value: Buffer.alloc(maxRecordBytes - 4, 1) };
    const { records } = decoded(encodeBatch({ ...compression, records: [exact, above, {}] }), {
      maxRecordBytes,
    });
    const [kept, dropped, behind] = records;
    expect([kept?.tooLarge, kept?.sizeBytes, kept?.value?.length]).toEqual([
      null,
      maxRecordBytes,
      maxRecordBytes - 5,
    ]);
    expect([behind?.offset, behind?.tooLarge]).toEqual([2, null]);
    expect([dropped?.offset, dropped?.timestamp]).toEqual([1, kept?.timestamp]);
    expect(dropped?.tooLarge).toEqual({
      bytes: maxRecordBytes + 1,
      sha256: sha256(above.value),
      keySha256: null,
      headersSha256: null,
    });
    expect([dropped?.keyText, dropped?.value]).toEqual(['k', null]);
    expect(dropped?.headers).toEqual([{ name: 'h', value: Buffer.from('v') }]);
    expect(dropped?.buffer.buffer).not.toBe(kept?.buffer.buffer);
  },
);

test('keys and headers above 64 KiB are digests, too; a null value has none', () => {
  const key = Buffer.alloc(65_537, 1);
  const headers = [{ name: 'h', value: Buffer.alloc(200_000, 2) }];
  const { records } = decoded(encodeBatch({ records: [{ key, value: null, headers }] }), { maxRecordBytes });
  const [record] = records;
  expect([record?.key, record?.value, record?.headers, record?.sizeBytes]).toEqual([null, null, [], 0]);
  expect(record?.tooLarge).toMatchObject({ sha256: null, keySha256: sha256(key) });
  const onTheWire = Buffer.concat([
    Buffer.from([2]),
    Buffer.from('h'),
    Buffer.from([0x80, 0xb5, 0x18]),
    headers[0]?.value as Buffer,
  ]);
  expect(record?.tooLarge?.headersSha256).toBe(sha256(onTheWire));
});
