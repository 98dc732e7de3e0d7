import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { replaceAddresses, type BrokerAddress } from '../src/advertised-addresses.ts';

const METADATA = 3;
const FIND_COORDINATOR = 10;
const require = createRequire(import.meta.url);

/** What kafkajs itself, which wrote none of this, reads from the frame. */
const readByKafkajs = async (request: string, version: number, frame: Buffer): Promise<unknown> => {
  expect(frame.readInt32BE(0)).toBe(frame.length - 4);
  const path = `kafkajs/src/protocol/requests/${request}/v${version}/response`;
  const { decode } = require(path) as { decode: (body: Buffer) => Promise<unknown> };
  return await decode(frame.subarray(8));
};

const int16 = (value: number) => Buffer.of((value >> 8) & 0xff, value & 0xff);
const int32 = (value: number) => Buffer.concat([int16(value >> 16), int16(value)]);
const text = (value: string | null) =>
  value === null ? int16(-1) : Buffer.concat([int16(Buffer.byteLength(value)), Buffer.from(value)]);
const answer = (...parts: Buffer[]) => {
  const body = Buffer.concat([int32(77), ...parts]);
  return Buffer.concat([int32(body.length), body]);
};
const from = (lowest: number, version: number, ...parts: Buffer[]) => (version >= lowest ? parts : []);

const metadata = (version: number) =>
  answer(
    ...from(3, version, int32(5)),
    int32(3),
    ...[
      { host: '172.17.0.1', port: 16_385, rack: null },
      { host: 'kafka-2.example', port: 9_092, rack: 'a rack' },
      { host: 'elsewhere', port: 9_092, rack: null },
    ].flatMap(({ host, port, rack }, nodeId) => [
      int32(nodeId),
      text(host),
      int32(port),
      ...from(1, version, text(rack)),
    ]),
    ...from(2, version, text('a-cluster')),
    ...from(1, version, int32(2)),
    int32(1),
    int16(0),
    // A topic that looks like an address stays as it is.
    text('\0\x0a172.17.0.1\0\0\x40\x01'),
    ...from(1, version, Buffer.of(0)),
    int32(0),
  );

const coordinator = (version: number, host: string, port: number) =>
  answer(
    ...from(1, version, int32(5)),
    int16(0),
    ...from(1, version, text(null)),
    int32(1),
    text(host),
    int32(port),
  );

const byProxy = (address: BrokerAddress): BrokerAddress => {
  if (address.host === '172.17.0.1' && address.port === 16_385) return { host: 'localhost', port: 40_001 };
  if (address.host === 'kafka-2.example') return { host: 'a-name-that-is-longer.example', port: 65_535 };
  return address;
};

test.each([0, 1, 2, 3, 4, 5, 6])('Metadata %i: other addresses, all else as it was', async (version) => {
  const original = metadata(version);
  const before = (await readByKafkajs('metadata', version, original)) as { brokers: object[] };
  const replaced = replaceAddresses({ apiKey: METADATA, version, frame: original }, byProxy);
  const [first, second, third] = before.brokers;
  expect(await readByKafkajs('metadata', version, replaced)).toEqual({
    ...before,
    brokers: [
      { ...first, host: 'localhost', port: 40_001 },
      { ...second, host: 'a-name-that-is-longer.example', port: 65_535 },
      third,
    ],
  });
  expect(third).toMatchObject({ host: 'elsewhere', port: 9_092 });
  expect(replaced.readInt32BE(4)).toBe(77);
});

test.each([0, 1])('FindCoordinator %i', async (version) => {
  const frame = coordinator(version, '172.17.0.1', 16_385);
  const before = (await readByKafkajs('findCoordinator', version, frame)) as { coordinator: object };
  const replaced = replaceAddresses({ apiKey: FIND_COORDINATOR, version, frame }, byProxy);
  expect(await readByKafkajs('findCoordinator', version, replaced)).toEqual({
    ...before,
    coordinator: { nodeId: 1, host: 'localhost', port: 40_001 },
  });
});

test('a coordinator that is not known, other answers and flexible versions stay as they are', () => {
  const unknown = coordinator(1, '', -1);
  for (const answered of [
    { apiKey: FIND_COORDINATOR, version: 1, frame: unknown },
    { apiKey: FIND_COORDINATOR, version: 3, frame: coordinator(1, '172.17.0.1', 16_385) },
    { apiKey: METADATA, version: 10, frame: metadata(6) },
    { apiKey: 1, version: 0, frame: metadata(0) },
    { apiKey: -1, version: -1, frame: metadata(0) },
  ])
    expect(replaceAddresses(answered, byProxy)).toEqual(answered.frame);
});
