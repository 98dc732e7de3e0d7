import { expect, onTestFinished, test, vi } from 'vitest';
import { pino } from 'pino';
import { createContact } from '../../src/kafkajs/contact.ts';
import { createHeartbeats } from '../../src/kafkajs/heartbeats.ts';
import type { Generation } from '../../src/kafkajs/membership.ts';

const generation: Generation = { id: 1, memberId: 'm', dealt: null, assignment: new Map(), sinceMs: 0 };
const droppedBy = new Error('the group knows the member no more');

/** Beats that are answered when the test says so. */
function rig(intervalMs = 1) {
  const beats: PromiseWithResolvers<void>[] = [];
  const drops: unknown[] = [];
  const over = new AbortController();
  onTestFinished(() => over.abort());
  const heartbeats = createHeartbeats({
    membership: {
      beat: async () => {
        const beat = Promise.withResolvers<void>();
        beats.push(beat);
        await beat.promise;
      },
      dropped: (error) => drops.push(error),
    },
    contact: createContact({
      stopping: over.signal,
      backAgain: () => undefined,
      log: pino({ level: 'silent' }),
    }),
    relearn: async () => undefined,
    renewed: () => undefined,
    intervalMs,
    sessionTimeoutMs: 60_000,
  });
  return { heartbeats, beats, drops, over: over.signal };
}

test.each([
  ['the member is still there', (beat: PromiseWithResolvers<void>) => beat.resolve()],
  [
    'a rebalance goes on',
    (beat: PromiseWithResolvers<void>) =>
      beat.reject(
        Object.assign(new Error('r'), { name: 'KafkaJSProtocolError', type: 'REBALANCE_IN_PROGRESS' }),
      ),
  ],
])(
  'after a cut no earlier beat brings the lease back by saying that %s, and none follows',
  async (_, answer) => {
    const { heartbeats, beats, drops, over } = rig();
    const ends: string[] = [];
    const beating = heartbeats.beatUntil(generation, over, (reason) => ends.push(reason));
    await expect.poll(() => beats.length).toBe(1);
    beats[0]?.resolve();
    await expect.poll(() => beats.length).toBe(2);
    expect(heartbeats.holdsLease()).toBe(true);
    heartbeats.cut(generation, droppedBy);
    expect({ lease: heartbeats.holdsLease(), drops }).toEqual({ lease: false, drops: [droppedBy] });
    answer(beats[1] as PromiseWithResolvers<void>);
    await beating;
    expect({ lease: heartbeats.holdsLease(), beats: beats.length, ends }).toEqual({
      lease: false,
      beats: 2,
      ends: [],
    });
  },
);

test('a cut of one generation is none of the next', async () => {
  const { heartbeats, beats, over } = rig();
  heartbeats.cut(generation, droppedBy);
  void heartbeats.beatUntil({ ...generation, id: 2 }, over, () => undefined);
  await expect.poll(() => beats.length).toBe(1);
  beats[0]?.resolve();
  await expect.poll(() => heartbeats.holdsLease()).toBe(true);
});

test('a cut heard at a beat during another answer fails that answer: nothing is begun with a lost generation', async () => {
  const { heartbeats, beats, drops } = rig();
  const answer = Promise.withResolvers<string>();
  const waiting = heartbeats.beatWhile(generation, answer.promise).catch((error: unknown) => error);
  await expect.poll(() => beats.length).toBe(1);
  const unknown = Object.assign(new Error('u'), { name: 'KafkaJSProtocolError', type: 'UNKNOWN_MEMBER_ID' });
  beats[0]?.reject(unknown);
  await expect.poll(() => drops).toEqual([unknown]);
  answer.resolve('committed');
  expect(await waiting).toBe(unknown);
});

test('the first beat is sent at once, and waited for: a join may have taken longer than the lease that it began', async () => {
  const { heartbeats, beats } = rig(60_000);
  heartbeats.renew(performance.now() - 60_000);
  const waiting = heartbeats.beatWhile(generation, Promise.resolve('committed'));
  expect([beats.length, heartbeats.holdsLease()]).toEqual([1, false]);
  beats[0]?.resolve();
  expect([await waiting, heartbeats.holdsLease()]).toEqual(['committed', true]);
});

test('an answer with beats that are answered is given as it is', async () => {
  const { heartbeats, beats } = rig();
  const answer = Promise.withResolvers<string>();
  const waiting = heartbeats.beatWhile(generation, answer.promise);
  await expect.poll(() => beats.length).toBe(1);
  answer.resolve('committed');
  beats[0]?.resolve();
  expect(await waiting).toBe('committed');
});

test('behind a beat that failed the next one comes soon: what it waited for has cost a part of the session', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const { heartbeats, beats, over } = rig(2_000);
  void heartbeats.beatUntil(generation, over, () => undefined);
  await vi.advanceTimersByTimeAsync(2_000);
  beats[0]?.reject(new Error('no answer'));
  await vi.advanceTimersByTimeAsync(500);
  expect(beats).toHaveLength(2);
  beats[1]?.resolve();
  await vi.advanceTimersByTimeAsync(1_900);
  expect(beats).toHaveLength(2);
});
