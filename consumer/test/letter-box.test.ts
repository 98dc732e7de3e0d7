import { createCluster } from '@event-pipeline/runtime/kafkajs/cluster.ts';
import { faultOf } from '@event-pipeline/runtime/kafkajs/errors.ts';
import pino from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bootstrap, createTopic } from '../../broker/test/kafka.ts';
import { readTopics } from '../../producer/test/read-topics.ts';
import { createLetterBox, type LetterBox } from '../src/letter-box.ts';

const HOUR_MS = 3_600_000;

function boxFor(topic: string): LetterBox {
  const log = pino({ level: 'silent' });
  const box = createLetterBox({
    topic,
    createCluster: () => createCluster({ bootstrap: bootstrap().split(','), clientId: 'test', log }),
    newPermit: () => () => true,
  });
  onTestFinished(() => box.close());
  return box;
}

/** Posts a letter. @returns what became of it: `taken`, or the name of the fault */
function postTo(box: LetterBox, key: Buffer | null = null): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  box.post({
    placeOfKey:
      key === null
        ? { buffer: Buffer.alloc(0), keyStart: -1, keyEnd: -1 }
        : { buffer: key, keyStart: 0, keyEnd: key.length },
    partition: 0,
    sizeBytes: 1,
    make: () => ({ key, value: Buffer.from('{}'), encodedHeaders: { count: 0, bytes: Buffer.alloc(0) } }),
    taken: () => resolve('taken'),
    refused: (error) => resolve(faultOf(error).type),
  });
  return promise;
}

function setClock(byMs: number): void {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + byMs });
  onTestFinished(() => void vi.useRealTimers());
}

test('a clock that is set on by hours makes Kafka refuse one letter for its time, and none after it', async () => {
  const topic = `letter-box-${crypto.randomUUID()}`;
  await createTopic(topic);
  const box = boxFor(topic);
  const fromMs = Date.now();
  setClock(3 * HOUR_MS);
  expect([await postTo(box), await postTo(box)]).toEqual(['INVALID_TIMESTAMP', 'taken']);
  vi.useRealTimers();
  const [letter] = await readTopics(bootstrap(), [topic]);
  expect(letter?.timestampMs).toBeLessThanOrEqual(Date.now());
  expect(letter?.timestampMs).toBeGreaterThan(fromMs - 60_000);
});

test('a clock that is set back, or set right at last, is followed', async () => {
  const topic = `letter-box-${crypto.randomUUID()}`;
  await createTopic(topic);
  const box = boxFor(topic);
  setClock(3 * HOUR_MS);
  expect(await postTo(box)).toBe('INVALID_TIMESTAMP');
  vi.useRealTimers();
  setClock(-2 * HOUR_MS);
  const setMs = Date.now();
  expect(await postTo(box)).toBe('taken');
  vi.useRealTimers();
  const [letter] = await readTopics(bootstrap(), [topic]);
  expect(letter?.timestampMs).toBe(setMs);
});

test('on a compacted topic a letter without a key is refused alone', async () => {
  const topic = `letter-box-${crypto.randomUUID()}`;
  await createTopic(topic, { config: { 'cleanup.policy': 'compact' } });
  const box = boxFor(topic);
  const keys = [Buffer.from('a'), null, Buffer.from('b')];
  const results = await Promise.all(keys.map(async (key) => await postTo(box, key)));
  expect(results).toEqual(['taken', 'INVALID_RECORD', 'taken']);
});
