import { getEventListeners } from 'node:events';
import { FetchedRecord } from '@event-pipeline/runtime/kafkajs/fetched-record.ts';
import { KafkaFaultError, makeFault } from '@event-pipeline/runtime/kafkajs/errors.ts';
import { createFaultLog } from '@event-pipeline/runtime/rate-limit.ts';
import type { Letter } from '@event-pipeline/schemas/letter.ts';
import { pino, type Logger } from 'pino';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createDeadLetters } from '../src/dead-letter.ts';
import { Delivery } from '../src/delivery.ts';
import { leaseMissing } from '../src/points.ts';
import { Settled } from '../src/settled.ts';
import { createStats } from '../src/stats.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const silent = pino({ level: 'silent' });
const failure = { stage: 'bytes', code: 'INVALID_JSON', reason: 'No.', pointer: null, schema: null } as const;
const tooLarge = () => new KafkaFaultError(makeFault('MESSAGE_TOO_LARGE', 'too large'));

interface Circumstances {
  isOwned: boolean;
  released: boolean;
  mayRetry: () => boolean;
  log: Logger;
}

/** Writes the letter of a record of 5,000 bytes; the posts answer in turn, the last of them for good. */
function writing(
  answers: readonly (Error | null)[],
  { mayRetry = () => true, log = silent, ...partition }: Partial<Circumstances> = {},
) {
  const posted: Letter[] = [];
  const holds: (string | null)[] = [];
  const partitionGone = new AbortController();
  const source = {
    topic: 't',
    partition: 0,
    released: partition.released === true ? AbortSignal.abort() : partitionGone.signal,
    hold: (_: Delivery, reason: string) => holds.push(reason),
    unhold: () => holds.push(null),
  };
  const letters = createDeadLetters({
    post: (posting) =>
      queueMicrotask(() => {
        const made = posting.make();
        if (made === null) return;
        const letter = JSON.parse(String(made.value)) as Letter;
        const answer = answers[Math.min(posted.push(letter), answers.length) - 1];
        if (answer instanceof Error) posting.refused(answer);
        else posting.taken();
      }),
    recreateTopic: async () => {},
    mayWriteLetters: () => true,
    mayRetryLetters: mayRetry,
    owns: () => partition.isOwned ?? true,
    group: 'g',
    backoffBaseMs: 1_000,
    backoffMaxMs: 30_000,
    random: () => 1,
    stats: createStats([], []),
    faults: createFaultLog({ intervalMs: 10_000, nowMs: Date.now }),
    announce: () => undefined,
    log,
  });
  const write = async () => {
    const value = Buffer.alloc(5_000, 'x');
    const record = new FetchedRecord(0, 0, value, -1, -1, 0, 5_000, 5_000, 5_000, 0, null);
    return await new Promise((resolve) =>
      letters.write(new Delivery(record, source, 0, log), failure).whenEnded(resolve),
    );
  };
  return { settled: write(), write, letters, source, letGo: () => partitionGone.abort(), posted, holds };
}

test('each try sends the whole letter, and a shrunk one only where the broker calls that too large', async () => {
  const { settled, posted, holds } = writing([tooLarge(), tooLarge(), tooLarge(), tooLarge(), null]);
  await vi.advanceTimersByTimeAsync(0);
  expect(posted.map(({ shrunk = false }) => shrunk)).toEqual([false, true]);
  expect(holds).toEqual(['its letter is not acknowledged: too large']);
  await vi.advanceTimersByTimeAsync(1_000 + 2_000);
  expect(posted.map(({ shrunk = false }) => shrunk)).toEqual([false, true, false, true, false]);
  expect(await settled).toBe(Settled.byDeadLetter);
  expect(holds.at(-1)).toBeNull();
});

test('who looks at what is held reads why, as the broker said it last', async () => {
  const { holds } = writing([
    new Error('denied'),
    new Error('denied'),
    new Error('denied'),
    new Error('away'),
  ]);
  await vi.advanceTimersByTimeAsync(5_100);
  expect(holds).toEqual(['its letter is not acknowledged: denied']);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(holds.at(-1)).toBe('its letter is not acknowledged: away');
});

test('a shrunk letter that is taken settles its record', async () => {
  const { settled, posted, holds } = writing([tooLarge(), null]);
  expect(await settled).toBe(Settled.byDeadLetter);
  expect(posted.map(({ shrunk = false }) => shrunk)).toEqual([false, true]);
  expect(holds).toEqual([]);
});

test('a letter that waited beyond a cut is written only for a partition that is still owned', async () => {
  const lost = writing([null], { isOwned: false, released: true });
  expect(await lost.settled).toBeNull();
  expect(lost.posted).toEqual([]);
  const stopping = writing([null], { isOwned: true, released: true });
  expect(await stopping.settled).toBe(Settled.byDeadLetter);
});

test('a letter of a log that is not there any more is not written', async () => {
  const { settled, source, posted } = writing([new Error('away'), null], { released: true });
  Object.assign(source, { released: new AbortController().signal });
  expect(await settled).toBeNull();
  expect(posted).toEqual([]);
});

test('no letter is tried again while partitions are given back', async () => {
  let isOpen = false;
  const { settled, letters, posted } = writing([new Error('away'), null], { mayRetry: () => isOpen });
  await vi.advanceTimersByTimeAsync(5_000);
  expect([posted.length, letters.underWay()]).toEqual([1, 0]);
  isOpen = true;
  await vi.advanceTimersByTimeAsync(200);
  expect(await settled).toBe(Settled.byDeadLetter);
});

test('letters are written again once none is left that was refused', async () => {
  const lines: string[] = [];
  const log = pino(
    { base: null },
    { write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const denied = new Error('denied');
  const { settled, write } = writing([denied, denied, null, denied, null], { log });
  const other = write();
  await vi.advanceTimersByTimeAsync(1_010);
  expect(await settled).toBe(Settled.byDeadLetter);
  expect(lines).toEqual(['a dead letter cannot be written, its record waits']);
  await vi.advanceTimersByTimeAsync(3_000);
  expect(await other).toBe(Settled.byDeadLetter);
  expect(lines.slice(1)).toEqual(['dead letters are written again']);
});

test('letters are written again where one of those refused is, and the last goes with its partition', async () => {
  const lines: string[] = [];
  const log = pino(
    { base: null },
    { write: (line) => void lines.push((JSON.parse(line) as { msg: string }).msg) },
  );
  const denied = new Error('denied');
  const { settled, write, letGo } = writing([denied, denied, null, denied], { log });
  const other = write();
  await vi.advanceTimersByTimeAsync(1_010);
  expect(await settled).toBe(Settled.byDeadLetter);
  letGo();
  expect(await other).toBeNull();
  expect(lines).toEqual([
    'a dead letter cannot be written, its record waits',
    'dead letters are written again',
  ]);
});

test('letters that wait are looked after together, and are let go with their partition', async () => {
  const withdrawn = new KafkaFaultError(makeFault('WITHDRAWN', 'not to be written any more'));
  const { settled, write, source, letGo } = writing([withdrawn], { mayRetry: () => false });
  const all = [settled, ...Array.from({ length: 20 }, write)];
  await vi.advanceTimersByTimeAsync(1_000);
  expect(getEventListeners(source.released, 'abort')).toEqual([]);
  letGo();
  await vi.advanceTimersByTimeAsync(100);
  expect(await Promise.all(all)).toEqual(all.map(() => null));
});

test('a letter that was withdrawn, as the lease was over, counts as not begun, and waits for the lease', async () => {
  const lease = { held: true };
  const withdrawn = new KafkaFaultError(makeFault('WITHDRAWN', 'not to be written any more'));
  const { settled, posted, holds, letters } = writing([withdrawn, null], { mayRetry: () => lease.held });
  const leaseEnded = () => {
    lease.held = false;
  };
  leaseMissing.subscribe(leaseEnded);
  await vi.advanceTimersByTimeAsync(4_000);
  leaseMissing.unsubscribe(leaseEnded);
  expect([posted.length, letters.underWay(), lease.held]).toEqual([1, 0, false]);
  lease.held = true;
  await vi.advanceTimersByTimeAsync(100);
  expect(await settled).toBe(Settled.byDeadLetter);
  expect([posted.length, letters.underWay(), holds]).toEqual([2, 0, []]);
});
