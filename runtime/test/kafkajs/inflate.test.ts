import { constants, deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { array, assert, constantFrom, nat, property, tuple, uint8Array } from 'fast-check';
import { expect, test } from 'vitest';
import { CODEC, inflate, MAX_INFLATED_BYTES } from '../../src/kafkajs/inflate.ts';
import { inflatePieces } from '../../src/kafkajs/inflate-pieces.ts';
import { compressions, lz4FrameOf } from './compress.ts';

const names = Object.keys(compressions);
const codecOf = (name: string) => compressions[name]?.attributes as number;
const compress = (name: string, bytes: Buffer) => compressions[name]?.compress(bytes) as Buffer;

/** Bytes that compress well, and some that do not. */
const compressible = array(tuple(uint8Array({ maxLength: 200 }), nat(3000), nat(255)), { maxLength: 20 }).map(
  (parts) => Buffer.concat(parts.flatMap(([bytes, length, byte]) => [bytes, Buffer.alloc(length, byte)])),
);

async function inPieces(codec: number, compressed: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of inflatePieces(codec, compressed)) pieces.push(Buffer.from(piece));
  return Buffer.concat(pieces);
}

test.each(names)('%s: what was compressed comes back, whole and in pieces', async (name) => {
  const samples: Buffer[] = [Buffer.alloc(1_000_000, 'abcdefgh'), Buffer.alloc(0)];
  assert(
    property(compressible, (bytes) => {
      samples.push(bytes);
      expect(inflate(codecOf(name), compress(name, bytes))).toEqual(bytes);
    }),
  );
  for (const bytes of samples) {
    const compressed = compress(name, bytes);
    expect(inflate(codecOf(name), compressed)).toEqual(bytes);
    expect(await inPieces(codecOf(name), compressed)).toEqual(bytes);
  }
});

test.each(names)('%s: what was inflated stays when more is', (name) => {
  const texts = ['first '.repeat(100_000), 'second'.repeat(100_000)].map((text) => Buffer.from(text));
  const inflated = texts.map((text) => inflate(codecOf(name), compress(name, text)));
  // No matcher: it would take minutes to show how texts of this size differ.
  expect(
    inflated.map((bytes, index) => Buffer.isBuffer(bytes) && bytes.equals(texts[index] as Buffer)),
  ).toEqual([true, true]);
});

test.each(names)('%s: garbage and cut bytes are said to be so, never thrown', (name) => {
  const bytes = Buffer.from('some text, some text, some text '.repeat(100));
  const compressed = compress(name, bytes);
  assert(
    property(
      array(tuple(nat(compressed.length - 1), nat(255)), { minLength: 1, maxLength: 8 }),
      (changes) => {
        const garbled = Buffer.from(compressed);
        for (const [at, byte] of changes) garbled[at] = byte;
        const inflated = inflate(codecOf(name), garbled);
        expect(Buffer.isBuffer(inflated) || inflated.message.length > 0).toBe(true);
      },
    ),
    { numRuns: 500 },
  );
  for (let length = 0; length < compressed.length; length++) {
    expect(inflate(codecOf(name), compressed.subarray(0, length))).not.toEqual(bytes);
  }
});

test('bytes of no format at all are corrupt in each', () => {
  const codecs = constantFrom(CODEC.gzip, CODEC.lz4, CODEC.zstd);
  assert(
    property(codecs, uint8Array({ minLength: 1, maxLength: 300 }), (codec, bytes) => {
      expect(inflate(codec, Buffer.from(bytes))).toMatchObject({ reason: 'corrupt' });
    }),
    { numRuns: 2000 },
  );
});

/** In few words: a matcher that is given 64 MiB takes minutes to show them. */
const outcomeOf = (inflated: ReturnType<typeof inflate>): string =>
  Buffer.isBuffer(inflated) ? `${inflated.length} bytes` : inflated.reason;

test.each(names)('%s: up to the bound it is held, one byte above it is not', (name) => {
  const bytes = Buffer.alloc(MAX_INFLATED_BYTES + 1);
  const exact = inflate(codecOf(name), compress(name, bytes.subarray(1)));
  expect(outcomeOf(exact)).toBe(`${MAX_INFLATED_BYTES} bytes`);
  expect(outcomeOf(inflate(codecOf(name), compress(name, bytes)))).toBe('too-large');
});

test('the size that gzip names is a hint, and may lie', () => {
  const gzip = gzipSync(Buffer.from('hello'));
  expect(inflate(CODEC.gzip, Buffer.concat([gzip, gzip]))).toEqual(Buffer.from('hellohello'));
  const lying = Buffer.from(gzip);
  lying.writeUInt32LE(2 ** 32 - 1, lying.length - 4);
  expect(outcomeOf(inflate(CODEC.gzip, lying))).toBe('corrupt');
  const bomb = gzipSync(Buffer.alloc(MAX_INFLATED_BYTES + 1));
  // Another member behind it names a small size.
  expect(outcomeOf(inflate(CODEC.gzip, Buffer.concat([bomb, gzip])))).toBe('too-large');
  expect(outcomeOf(inflate(CODEC.gzip, deflateRawSync(Buffer.from('hello'))))).toBe('corrupt');
});

test('zstd with the widest window', () => {
  const bytes = Buffer.from(Array.from({ length: 300_000 }, (_, index) => (index * index * 7919) >>> 7));
  const zstd = zstdCompressSync(bytes, { params: { [constants.ZSTD_c_windowLog]: 27 } });
  expect(inflate(CODEC.zstd, zstd)).toEqual(bytes);
});

test('lz4: a stored block, and a match that reaches back into the block before', async () => {
  const frame = lz4FrameOf([Buffer.from('hello, '), Buffer.from([0x03, 7, 0, 0x10, 33])]);
  // The highest bit of the length says that the block is not compressed.
  frame.writeUInt8(0x80, 7 + 3);
  expect(inflate(CODEC.lz4, frame)).toEqual(Buffer.from('hello, hello, !'));
  expect(await inPieces(CODEC.lz4, frame)).toEqual(Buffer.from('hello, hello, !'));
});

test('lz4: checksums and a content size are passed over', () => {
  const block = '206869';
  const head = ['04224d18', '5c', '40', '0200000000000000', '00'];
  const frame = Buffer.from([...head, '03000000', block, 'aaaaaaaa', '00000000', 'bbbbbbbb'].join(''), 'hex');
  expect(inflate(CODEC.lz4, frame)).toEqual(Buffer.from('hi'));
});

test.each([
  ['a match from before the beginning', [0x10, 65, 9, 0, 0]],
  ['a match at distance 0', [0x10, 65, 0, 0, 0]],
  ['literals beyond the end', [0xf0, 200, 1]],
  ['a cut match', [0x10, 65, 1]],
  ['a block that ends with a match', [0x10, 65, 1, 0]],
  ['more than a block may have', [0x1f, 65, 1, 0, ...Array.from({ length: 600 }, () => 255), 0, 0]],
])('lz4: %s is corrupt, whole and in pieces', async (_, block) => {
  const frame = lz4FrameOf([Buffer.from(block)]);
  expect(inflate(CODEC.lz4, frame)).toMatchObject({ reason: 'corrupt' });
  await expect(inPieces(CODEC.lz4, frame)).rejects.toThrow('LZ4');
});

test.each([
  ['a literal beyond the end', [10, 0xf0, 200, 1]],
  ['a copy from before the beginning', [10, 0, 65, 0x26, 5, 0]],
  ['a copy at distance 0', [10, 0, 65, 0x26, 0, 0]],
  ['a cut copy', [10, 0, 65, 0x26, 1]],
  ['more than it names', [3, 0x0c, 65, 65, 65, 65]],
  ['less than it names', [5, 0x0c, 65, 65, 65, 65]],
])('snappy: %s is corrupt, whole and in pieces', async (_, bytes) => {
  expect(inflate(CODEC.snappy, Buffer.from(bytes))).toMatchObject({ reason: 'corrupt' });
  await expect(inPieces(CODEC.snappy, Buffer.from(bytes))).rejects.toThrow('snappy');
});

test('snappy: literals with lengths of one to four bytes, copies of all three kinds', async () => {
  const literals = [
    snappyLiteral(1, 200),
    snappyLiteral(2, 300),
    snappyLiteral(3, 66_000),
    snappyLiteral(4, 65_000),
  ];
  const copies = [
    [0x01 | (7 << 2) | (1 << 5), 0],
    [0x02 | (63 << 2), 100, 0],
    [0x03 | (3 << 2), 0x70, 0xff, 0, 0],
  ];
  const expected = Buffer.from(
    'A'.repeat(200) + 'B'.repeat(300) + 'C'.repeat(66_000) + 'D'.repeat(65_000 + 11 + 64) + 'C'.repeat(4),
  );
  const length = [
    (expected.length & 0x7f) | 0x80,
    ((expected.length >> 7) & 0x7f) | 0x80,
    expected.length >> 14,
  ];
  const compressed = Buffer.concat([
    Buffer.from(length),
    ...literals,
    ...copies.map((copy) => Buffer.from(copy)),
  ]);
  const inflated = inflate(CODEC.snappy, compressed);
  expect(Buffer.isBuffer(inflated) && inflated.equals(expected)).toBe(true);
  expect((await inPieces(CODEC.snappy, compressed)).equals(expected)).toBe(true);
});

/** A literal whose length stands in so many bytes of its own. */
function snappyLiteral(lengthBytes: number, length: number): Buffer {
  const head = Buffer.alloc(1 + lengthBytes, (59 + lengthBytes) << 2);
  head.writeUIntLE(length - 1, 1, lengthBytes);
  return Buffer.concat([head, Buffer.alloc(length, 64 + lengthBytes)]);
}
