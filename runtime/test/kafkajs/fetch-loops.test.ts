import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { KafkaBroker, KafkaCluster } from '../../src/kafkajs/cluster.ts';
import { decodeFetchResponse } from '../../src/kafkajs/decode-fetch.ts';
import { KafkaFaultError, makeFault } from '../../src/kafkajs/errors.ts';
import { createFetchLoops } from '../../src/kafkajs/fetch-loops.ts';
import type { FetchTarget } from '../../src/kafkajs/group-types.ts';
import type { FetchRequest } from '../../src/kafkajs/broker-types.ts';
import { MAX_INFLATED_BYTES } from '../../src/kafkajs/inflate.ts';
import { encodeBatch, encodeResponse, gzipped, type WrittenPartition } from './encode-fetch.ts';

interface Asked {
  readonly nodeId: number;
  readonly request: FetchRequest;
  readonly answer: (...partitions: WrittenPartition[]) => Promise<void>;
  readonly answerBytes: (payload: Buffer) => Promise<void>;
  readonly fail: (error: Error) => Promise<void>;
}

/** What a request asks for, as `partition@offset`. */
const wanted = ({ request }: Asked): string[] =>
  request.topics.flatMap(({ partitions }) =>
    partitions.map(({ partition, fetchOffset }) => `${partition}@${fetchOffset}`),
  );

/** A partition of `t` that writes down what it is given. */
function targetOf(partition: number, position: number | null = 0) {
  const seen: string[] = [];
  const target = {
    topic: 't',
    partition,
    topicId: 'a' as string | null,
    position,
    seen,
    hungry: true,
    wants: () => target.hungry,
    deliver: ({ records, nextOffset }: Parameters<FetchTarget['deliver']>[0]) => {
      seen.push(`${records.map(({ offset }) => offset).join(',')} → ${nextOffset}`);
    },
    gone: (from: number, to: number) => {
      seen.push(`gone ${from}–${to}`);
    },
    madeAnew: (topicId = 'b') => {
      target.topicId = topicId;
      target.position = null;
    },
  };
  return target;
}

const NO_OFFSETS = new Error('no offsets');

/** Loops over brokers that answer when the test says so; `leaders[partition]` is the broker. */
function rig(targets: readonly FetchTarget[], leaders: number[], maxWaitMs = 10) {
  const asked: Asked[] = [];
  const blocked: (string | null)[] = [];
  const relearned: unknown[] = [];
  const topics = { check: (): void | Promise<void> => undefined };
  const outage = { over: Promise.resolve() };
  /** Where the logs begin when the broker is asked for it, and when it answers. */
  const listing = { offset: 40, until: Promise.resolve() };
  /** The broker cannot answer for these when it is asked where they begin. */
  const unlisted = new Set<number>();
  /** By broker: who leads all partitions, as that broker knows it; undefined where it does not answer. */
  const known: Record<number, { nodeId: number; epoch: number } | undefined> = {
    1: { nodeId: 1, epoch: 5 },
    2: { nodeId: 1, epoch: 5 },
    3: { nodeId: 1, epoch: 5 },
  };
  const brokerOf = (nodeId: number) =>
    ({
      nodeId,
      fetchRaw: (request: FetchRequest) => {
        const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
        asked.push({
          nodeId,
          request,
          answer: async (...partitions) => {
            resolve(encodeResponse({ t: partitions }));
            await turn();
          },
          answerBytes: async (payload) => {
            resolve(payload);
            await turn();
          },
          fail: async (error) => {
            reject(error);
            await turn();
          },
        });
        return promise;
      },
      topicFacts: async () => {
        const leader = known[nodeId];
        if (leader === undefined) throw new Error('no answer');
        return new Map([
          ['t', { id: 'a', leaders: new Map(leaders.map((_, partition) => [partition, leader])) }],
        ]);
      },
      listOffsets: async ({ topics }: Parameters<KafkaBroker['listOffsets']>[0]) => {
        const partitions = topics
          .flatMap((topic) => topic.partitions.map(({ partition }) => partition))
          .filter((partition) => !unlisted.has(partition))
          .map((partition) => ({ partition, offset: String(listing.offset) }));
        await listing.until;
        if (partitions.length === 0) throw NO_OFFSETS;
        return { responses: [{ topic: 't', partitions }] };
      },
    }) as unknown as KafkaBroker;
  const cluster = {
    broker: async (nodeId: number) => brokerOf(nodeId),
    nodeIds: () => [1, 2, 3],
    topicPartitions: () => leaders.map((leader, partition) => ({ partition, leader })),
  } as unknown as KafkaCluster;
  const loops = createFetchLoops(targets, {
    clusterNow: () => cluster,
    checkTopics: async () => await topics.check(),
    relearn: async (_, __, error) => {
      relearned.push(error);
      await outage.over;
    },
    heard: () => undefined,
    blocked: (_, reason) => blocked.push(reason),
    maxWaitMs,
    maxRecordBytes: 1_000,
  });
  onTestFinished(() => loops.stop());
  const start = async () => {
    loops.reconcile();
    await turn();
  };
  return { loops, asked, blocked, relearned, start, leaders, topics, unlisted, known, outage, listing };
}

const batch = (baseOffset: number): Buffer => encodeBatch({ baseOffset, records: [{ value: 'v' }] });

const nothing = (partition: number) => ({ partition, recordSet: Buffer.alloc(0), lastStableOffset: 0 });

test('goes on behind what was delivered, with one request a broker under way', async () => {
  const target = targetOf(0, 5);
  const { asked, start } = rig([target], [1]);
  await start();
  expect(asked.map(wanted)).toEqual([['0@5']]);
  await asked[0]?.answer({ partition: 0, recordSet: batch(5) });
  expect(target.seen).toEqual(['5 → 6']);
  expect(asked.map(wanted)).toEqual([['0@5'], ['0@6']]);
});

test('tells how long it has been over one request; a partition without room is no reason to call it stuck', async () => {
  const target = targetOf(0);
  const { loops, asked, start } = rig([target], [1]);
  await start();
  const later = performance.now() + 90_000;
  const clock = vi.spyOn(performance, 'now').mockReturnValue(later);
  onTestFinished(() => clock.mockRestore());
  expect(Math.round(loops.busyMs() / 1_000)).toBe(90);
  target.hungry = false;
  await asked[0]?.answer({ partition: 0, recordSet: batch(0) });
  clock.mockReturnValue(later + 90_000);
  expect(loops.busyMs()).toBe(0);
});

test('to wait for an outage to end is none of its time: no restart would cure that', async () => {
  const { loops, asked, relearned, start, outage } = rig([targetOf(0)], [1]);
  outage.over = new Promise(() => undefined);
  await start();
  await asked[0]?.fail(new Error('lost'));
  expect(relearned).toHaveLength(1);
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 600_000);
  onTestFinished(() => clock.mockRestore());
  expect(loops.busyMs()).toBe(0);
});

test('one broker’s slow answer holds no other broker up', async () => {
  const targets = [targetOf(0), targetOf(1)];
  const { asked, start } = rig(targets, [1, 2]);
  await start();
  expect(asked.map(({ nodeId }) => nodeId)).toEqual([1, 2]);
  await asked[1]?.answer({ partition: 1, recordSet: batch(0) });
  await asked[2]?.answer({ partition: 1, recordSet: batch(1) });
  expect(targets.map(({ seen }) => seen)).toEqual([[], ['0 → 1', '1 → 2']]);
});

test('a partition without room is left out, asked for again when woken, and what was asked for arrives all the same', async () => {
  const targets = [targetOf(0), targetOf(1)] as const;
  const { loops, asked, start } = rig(targets, [1, 1]);
  await start();
  targets[0].hungry = false;
  await asked[0]?.answer({ partition: 0, recordSet: batch(0) });
  expect(targets[0].seen).toEqual(['0 → 1']);
  expect(wanted(asked[1] as Asked)).toEqual(['1@0']);
  targets[1].hungry = false;
  await asked[1]?.answer();
  expect(asked).toHaveLength(2);
  targets[0].hungry = true;
  loops.wake();
  await turn();
  expect(wanted(asked[2] as Asked)).toEqual(['0@1']);
});

test('an answer that comes after the stop is dropped: it is of an earlier tenure', async () => {
  const target = targetOf(0, 5);
  const { loops, asked, start } = rig([target], [1]);
  await start();
  loops.stop();
  await asked[0]?.answer({ partition: 0, recordSet: batch(5) });
  expect({ seen: target.seen, position: target.position, requests: asked.length }).toEqual({
    seen: [],
    position: 5,
    requests: 1,
  });
});

test('nor is it decoded, which would hold up what the stop waits for', async () => {
  const reads: number[] = [];
  for (const stops of [false, true]) {
    const { loops, asked, start } = rig([targetOf(0, 5)], [1]);
    await start();
    if (stops) loops.stop();
    const payload = encodeResponse({ t: [{ recordSet: batch(5) }] });
    const read = vi.spyOn(payload, 'readInt32BE');
    await asked[0]?.answerBytes(payload);
    reads.push(read.mock.calls.length);
  }
  expect(reads).toEqual([expect.toSatisfy((count: number) => count > 0), 0]);
});

/** Inflated in pieces, and left out as too large. */
const bomb = (baseOffset: number): Buffer =>
  encodeBatch({ baseOffset, ...gzipped, records: [{ value: Buffer.alloc(MAX_INFLATED_BYTES) }] });

test('an answer that takes long is no loop that is stuck, as long as pieces of it are done', async () => {
  const { loops, asked, start } = rig([targetOf(0, 5)], [1]);
  await start();
  await asked[0]?.answerBytes(encodeResponse({ t: [{ recordSet: Buffer.concat([bomb(5), bomb(6)]) }] }));
  const clock = vi.spyOn(performance, 'now').mockReturnValue(performance.now() + 90_000);
  onTestFinished(() => clock.mockRestore());
  expect(loops.busyMs()).toBeGreaterThan(80_000);
  while (loops.busyMs() > 0) await turn();
  expect(asked).toHaveLength(1);
});

test('an answer that is being inflated at the stop is inflated no further', async () => {
  const target = targetOf(0, 5);
  const { loops, asked, start } = rig([target], [1]);
  await start();
  const payload = encodeResponse({ t: [{ recordSet: Buffer.concat([bomb(5), bomb(6)]) }] });
  await asked[0]?.answerBytes(payload);
  loops.stop();
  const read = vi.spyOn(payload, 'readInt32BE');
  // Begun later, it would end later.
  const copy = Buffer.from(payload);
  await decodeFetchResponse(copy, { fetchOffset: () => 5, maxRecordBytes: 1_000 });
  expect({ reads: read.mock.calls.length, seen: target.seen }).toEqual({ reads: 0, seen: [] });
});

test('an answer is dropped even if the stop comes at the last moment of inflating it', async () => {
  const target = targetOf(0, 5);
  const { loops, asked, start } = rig([target], [1]);
  await start();
  const payload = encodeResponse({ t: [{ recordSet: Buffer.concat([bomb(5), batch(6)]) }] });
  await asked[0]?.answerBytes(payload);
  const stopped = Promise.withResolvers<void>();
  vi.spyOn(payload, 'readInt32BE').mockImplementation((at) => {
    loops.stop();
    stopped.resolve();
    return Buffer.prototype.readInt32BE.call(payload, at);
  });
  await stopped.promise;
  await turn();
  expect({ seen: target.seen, position: target.position }).toEqual({ seen: [], position: 5 });
});

test('a stop before a request is out: none is sent, it would take the place of the next tenure’s', async () => {
  const { loops, asked } = rig([targetOf(0, 5)], [1]);
  loops.reconcile();
  loops.stop();
  await turn();
  expect(asked).toEqual([]);
});

test('a batch that compaction emptied is passed, and told', async () => {
  const target = targetOf(0, 5);
  const { asked, start } = rig([target], [1]);
  await start();
  await asked[0]?.answer({
    partition: 0,
    recordSet: encodeBatch({ baseOffset: 5, lastOffsetDelta: 9, records: [] }),
  });
  expect(target.seen).toEqual([' → 15']);
  expect(wanted(asked[1] as Asked)).toEqual(['0@15']);
});

test('out of range: goes on at the earliest offset, and says what is gone', async () => {
  const target = targetOf(0, 5);
  const { asked, start } = rig([target], [1]);
  await start();
  await asked[0]?.answer({ partition: 0, errorCode: 1 });
  expect(target.seen).toEqual(['gone 5–40']);
  expect(wanted(asked[1] as Asked)).toEqual(['0@40']);
});

test('out of range because the log was cut behind it: most brokers say so, and it goes back', async () => {
  const target = targetOf(0, 100);
  const { asked, start, known } = rig([target], [1]);
  known[3] = undefined;
  await start();
  await asked[0]?.answer({ partition: 0, errorCode: 1 });
  await vi.waitFor(() => expect(target.seen).toEqual(['gone 100–40']));
});

test.for([
  {
    name: 'another broker leads since',
    others: { nodeId: 2, epoch: 6 },
    told: 'do not name broker 1 its leader',
  },
  { name: 'too few answer', others: undefined, told: 'too few brokers say who leads t/0' },
])('out of range at a broker that others do not confirm ($name): no step back', async ({ others, told }) => {
  const target = targetOf(0, 100);
  const { asked, blocked, relearned, start, known } = rig([target], [1]);
  Object.assign(known, { 2: others, 3: others });
  await start();
  await asked[0]?.answer({ partition: 0, errorCode: 1 });
  await vi.waitFor(() => expect(String(relearned[0])).toContain(told));
  expect([target.seen, target.position]).toEqual([[], 100]);
  // A broker that cannot be asked is told of as one that is away.
  expect(String(blocked).includes(told)).toBe(others !== undefined);
});

test('a partition without a leader is told, for nobody is asked for it; and that it has one again', async () => {
  const { loops, asked, blocked, start, leaders } = rig([targetOf(0), targetOf(1)], [1, -1]);
  await start();
  expect([asked.map(wanted), blocked]).toEqual([[['0@0']], ['it has no leader']]);
  leaders[1] = 2;
  loops.reconcile();
  await turn();
  expect([asked.map(wanted), blocked]).toEqual([
    [['0@0'], ['1@0']],
    ['it has no leader', null],
  ]);
});

test('an answer that is an error as a whole is trouble, and not asked for again at once', async () => {
  const { asked, relearned, start } = rig([targetOf(0)], [1]);
  await start();
  const FETCH_SESSION_ID_NOT_FOUND = 70;
  await asked[0]?.answerBytes(
    Buffer.from([0, 0, 0, 0, 0, FETCH_SESSION_ID_NOT_FOUND, 0, 0, 0, 0, 0, 0, 0, 0]),
  );
  expect(String(relearned[0])).toContain('the answer is');
  expect(asked).toHaveLength(1);
});

test('without a position it begins at the earliest offset', async () => {
  const { asked, start } = rig([targetOf(0, null)], [1]);
  await start();
  expect(asked.map(wanted)).toEqual([['0@40']]);
});

test('out of range because the topic was made anew: nothing is gone of the log that it has now', async () => {
  const target = targetOf(0, 5);
  const { asked, start, topics } = rig([target], [1]);
  await start();
  topics.check = () => target.madeAnew();
  await asked[0]?.answer({ partition: 0, errorCode: 1 });
  expect(target.seen).toEqual([]);
  expect(wanted(asked[1] as Asked)).toEqual(['0@40']);
});

test('one that is out of range and cannot be placed keeps none behind it from what came for them', async () => {
  const targets = [targetOf(0, 5), targetOf(1)] as const;
  const { asked, relearned, start, unlisted } = rig(targets, [1, 1]);
  await start();
  unlisted.add(0);
  await asked[0]?.answer({ partition: 0, errorCode: 1 }, { partition: 1, recordSet: batch(0) });
  expect(targets.map(({ seen }) => seen)).toEqual([[], ['0 → 1']]);
  expect(relearned).toEqual([NO_OFFSETS]);
});

test('a broker that cannot be reached is not asked for one place after the other', async () => {
  const { asked, relearned, start, topics } = rig([targetOf(0), targetOf(1)], [1, 1]);
  await start();
  const lost = new KafkaFaultError(makeFault('NETWORK', 'lost', { network: true }));
  const check = vi.fn(async () => await Promise.reject(lost));
  topics.check = check;
  await asked[0]?.answer({ partition: 0, errorCode: 1 }, { partition: 1, errorCode: 1 });
  expect(check).toHaveBeenCalledOnce();
  expect(relearned).toEqual([lost]);
});

test('what cannot be placed after the stop is not told: it is the next tenure’s to tell', async () => {
  const { loops, blocked, unlisted } = rig([targetOf(0, null)], [1]);
  unlisted.add(0);
  loops.reconcile();
  loops.stop();
  await turn();
  expect(blocked).toEqual([]);
});

test('a stop while one partition is placed: nothing is delivered to those behind it, which are others’ by now', async () => {
  const targets = [targetOf(0, 5), targetOf(1)] as const;
  const { loops, asked, start, topics } = rig(targets, [1, 1]);
  await start();
  const checked = Promise.withResolvers<void>();
  topics.check = () => checked.promise;
  await asked[0]?.answer({ partition: 0, errorCode: 1 }, { partition: 1, recordSet: batch(0) });
  loops.stop();
  checked.resolve();
  await turn();
  expect(targets.map(({ seen, position }) => ({ seen, position }))).toEqual([
    { seen: [], position: 5 },
    { seen: [], position: 0 },
  ]);
});

test.for([
  { unanswered: [1], expected: ['0@5', '2@40'] },
  { unanswered: [1, 2], expected: ['0@5'] },
])(
  'without a position, and the broker cannot say where $unanswered begin: the others are asked for',
  async ({ unanswered, expected }) => {
    const targets = [targetOf(0, 5), targetOf(1, null), targetOf(2, null)] as const;
    const { asked, blocked, relearned, start, unlisted } = rig(targets, [1, 1, 1]);
    for (const partition of unanswered) unlisted.add(partition);
    await start();
    expect(asked.map(wanted)).toEqual([expected]);
    expect(blocked).toEqual(unanswered.map(() => expect.stringContaining('offset')));
    unlisted.clear();
    await asked[0]?.answer({ partition: 0, recordSet: batch(5) });
    expect(targets[0].seen).toEqual(['5 → 6']);
    expect(relearned).toHaveLength(1);
    await expect.poll(() => asked.length).toBe(2);
    expect(wanted(asked[1] as Asked).toSorted()).toEqual(['0@6', '1@40', '2@40']);
  },
);

test('where the broker cannot say where any partition begins, none is asked for before it can', async () => {
  const { asked, relearned, start, unlisted } = rig([targetOf(0, null)], [1]);
  unlisted.add(0);
  await start();
  expect({ asked, relearned }).toEqual({ asked: [], relearned: [NO_OFFSETS] });
  unlisted.clear();
  await expect.poll(() => asked.map(wanted)).toEqual([['0@40']]);
});

test('where the leader has moved the layout is learnt, and the new leader asked; the position stays', async () => {
  const target = targetOf(0, 5);
  const { asked, blocked, relearned, start, leaders } = rig([target], [1]);
  await start();
  leaders[0] = 2;
  await asked[0]?.answer({ partition: 0, errorCode: 6 });
  await expect.poll(() => asked.length).toBe(2);
  expect(relearned).toHaveLength(1);
  expect(blocked).toEqual(['NOT_LEADER_FOR_PARTITION']);
  expect({ nodeId: asked[1]?.nodeId, wanted: wanted(asked[1] as Asked) }).toEqual({
    nodeId: 2,
    wanted: ['0@5'],
  });
  await asked[1]?.answer({ partition: 0, recordSet: batch(5) });
  expect(blocked.at(-1)).toBeNull();
});

test('a connection that fails ends no loop, and skips nothing', async () => {
  const target = targetOf(0, 5);
  const { asked, relearned, start } = rig([target], [1]);
  await start();
  const lost = new Error('lost');
  await asked[0]?.fail(lost);
  await expect.poll(() => asked.length).toBe(2);
  expect(relearned).toEqual([lost]);
  expect(wanted(asked[1] as Asked)).toEqual(['0@5']);
});

test('behind trouble there may be another log: its answer counts only if the topic is still the same', async () => {
  const target = targetOf(0, 5);
  const { asked, start, topics } = rig([target], [1]);
  await start();
  topics.check = () => target.madeAnew();
  await asked[0]?.answer({ partition: 0, errorCode: 3 });
  await expect.poll(() => asked.length).toBe(2);
  await asked[1]?.answer({ partition: 0, recordSet: batch(5) });
  expect(target.seen).toEqual([]);
  expect(wanted(asked[2] as Asked)).toEqual(['0@40']);
});

test('an answer of a log that was made anew meanwhile is dropped', async () => {
  const target = targetOf(0, 5);
  const { asked, start } = rig([target], [1]);
  await start();
  target.madeAnew();
  await asked[0]?.answer({ partition: 0, recordSet: batch(5) });
  expect(target.seen).toEqual([]);
  expect(wanted(asked[1] as Asked)).toEqual(['0@40']);
});

test('an answer of a log that was made anew meanwhile, and is where the old one was, is dropped as well', async () => {
  const target = targetOf(0, 40);
  const { asked, start } = rig([target], [1]);
  await start();
  target.madeAnew();
  target.position = 40;
  await asked[0]?.answer({ partition: 0, recordSet: batch(40) });
  expect(target.seen).toEqual([]);
  expect(wanted(asked[1] as Asked)).toEqual(['0@40']);
});

test('one that is made anew while it is asked where the old log begins is not placed by the answer', async () => {
  const target = targetOf(0, null);
  const { asked, start, listing } = rig([target], [1]);
  const { promise, resolve } = Promise.withResolvers<void>();
  listing.until = promise;
  await start();
  target.madeAnew();
  Object.assign(listing, { offset: 7, until: Promise.resolve() });
  resolve();
  await expect.poll(() => asked.map(wanted)).toEqual([['0@7']]);
});

test('one that has nothing is not waited for while another, which has much, is without room for a moment', async () => {
  const [idle, busy] = [targetOf(0), targetOf(1)];
  const { asked, loops, start } = rig([idle, busy], [1, 1], 60_000);
  await start();
  expect(asked[0]?.request.maxWaitTime).toBe(60_000);
  busy.hungry = false;
  await asked[0]?.answer(nothing(0), { partition: 1, recordSet: batch(0) });
  expect(asked).toHaveLength(1);
  busy.hungry = true;
  loops.wake();
  await turn();
  expect(asked.slice(1).map((one) => wanted(one).toSorted())).toEqual([['0@0', '1@1']]);
  expect(asked[1]?.request.maxWaitTime).toBe(60_000);
});

test('one that has something is asked for at once, and without a long wait, while another is without room', async () => {
  const [ready, full] = [targetOf(0), targetOf(1)];
  const { asked, start } = rig([ready, full], [1, 1], 60_000);
  await start();
  full.hungry = false;
  await asked[0]?.answer({ partition: 0, recordSet: batch(0) }, { partition: 1, recordSet: batch(0) });
  expect(asked.slice(1).map(wanted)).toEqual([['0@1']]);
  expect(asked[1]?.request.maxWaitTime).toBeLessThan(100);
});

test('one that has nothing is asked for after all when the other stays without room', async () => {
  const [idle, full] = [targetOf(0), targetOf(1)];
  const { asked, start } = rig([idle, full], [1, 1], 60_000);
  await start();
  full.hungry = false;
  await asked[0]?.answer(nothing(0), { partition: 1, recordSet: batch(0) });
  await vi.waitUntil(() => asked.length > 1);
  expect(asked.slice(1).map(wanted)).toEqual([['0@0']]);
  expect(asked[1]?.request.maxWaitTime).toBeLessThan(100);
});

test('while answers are full a few are asked for, in turn and without a wait; and all as soon as one is not', async () => {
  const targets = Array.from({ length: 40 }, (_, partition) => targetOf(partition));
  const { asked, start } = rig(
    targets,
    targets.map(() => 1),
    60_000,
  );
  await start();
  const large = encodeBatch({ records: [{ value: Buffer.alloc(600_000) }] });
  const toldAs = targets.map(({ partition }) => ({ partition, recordSet: Buffer.alloc(0) }));
  await asked[0]?.answer({ partition: 0, recordSet: large }, ...toldAs.slice(1));
  expect(wanted(asked[1] as Asked)).toEqual(targets.slice(1, 17).map(({ partition }) => `${partition}@0`));
  expect(asked[1]?.request.maxWaitTime).toBe(0);
  await asked[1]?.answer(...toldAs.slice(1, 17));
  expect(wanted(asked[2] as Asked)).toHaveLength(40);
  expect(asked[2]?.request.maxWaitTime).toBe(60_000);
});
