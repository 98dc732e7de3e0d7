import { expect, onTestFinished, test, vi } from 'vitest';
import type { KafkaBroker, KafkaCluster } from '../../src/kafkajs/cluster.ts';
import type { RefusedOffset } from '../../src/kafkajs/broker-types.ts';
import { KafkaFaultError, makeFault } from '../../src/kafkajs/errors.ts';
import { decodeAssignment, encodeMembership } from '../../src/kafkajs/group-protocol.ts';
import { createMembership, type Generation } from '../../src/kafkajs/membership.ts';

const generation: Generation = { id: 7, memberId: 'm-7', dealt: null, assignment: new Map(), sinceMs: 0 };
const entries = [
  { topic: 't', partition: 0, offset: 5, metadata: 'x' },
  { topic: 't', partition: 1, offset: 6, metadata: '' },
];

function fault(type: string, network = false): KafkaFaultError {
  return new KafkaFaultError(makeFault(type, type, { network }));
}

/** A coordinator that fails as it is told to, and how often it was looked for. */
function rig() {
  const asked: unknown[] = [];
  const state = { failure: null as Error | null, refused: [] as RefusedOffset[], lookups: 0 };
  const answer = async (request: unknown): Promise<readonly RefusedOffset[]> => {
    asked.push(request);
    if (state.failure !== null) throw state.failure;
    return state.refused;
  };
  const broker = { heartbeat: answer, offsetCommit: answer, leaveGroup: answer } as unknown as KafkaBroker;
  const newCluster = () =>
    ({
      findGroupCoordinator: async () => {
        state.lookups += 1;
        return broker;
      },
    }) as unknown as KafkaCluster;
  const clusters = { now: newCluster() };
  const membership = createMembership(
    { groupId: 'g', topics: ['t'], sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 60_000 },
    () => clusters.now,
  );
  return { membership, state, asked, clusters, newCluster };
}

test('a commit names the generation that it is told, whatever came since', async () => {
  const { membership, asked } = rig();
  const answer = await membership.commit(generation, entries, () => undefined);
  expect(answer).toEqual({ result: 'acknowledged', taken: entries });
  expect(asked).toEqual([
    {
      groupId: 'g',
      groupGenerationId: 7,
      memberId: 'm-7',
      topics: [
        {
          topic: 't',
          partitions: [
            { partition: 0, offset: '5', metadata: 'x' },
            { partition: 1, offset: '6', metadata: '' },
          ],
        },
      ],
      isGone: expect.any(Function),
    },
  ]);
});

test.each([
  ['NETWORK', true, 'unknown'],
  ['REQUEST_TIMED_OUT', false, 'unknown'],
  ['OFFSET_METADATA_TOO_LARGE', false, 'metadata-too-large'],
  ['ILLEGAL_GENERATION', false, 'refused'],
  ['UNKNOWN_MEMBER_ID', false, 'refused'],
  ['REBALANCE_IN_PROGRESS', false, 'refused'],
  ['NOT_COORDINATOR_FOR_GROUP', false, 'refused'],
])('a commit that fails with %s (network: %s) is %s, and says why', async (type, network, result) => {
  const { membership, state } = rig();
  state.failure = fault(type, network);
  const why: unknown[] = [];
  const answer = await membership.commit(generation, entries, (error) => why.push(error));
  expect(answer).toEqual({ result, taken: [] });
  expect(why).toEqual([state.failure]);
});

test('of one partition that is refused the others are taken all the same', async () => {
  const { membership, state } = rig();
  const error = fault('TOPIC_AUTHORIZATION_FAILED');
  state.refused = [{ topic: 't', partition: 0, error }];
  const why: unknown[] = [];
  const answer = await membership.commit(generation, entries, (reason) => why.push(reason));
  expect(answer).toEqual({ result: 'refused', taken: entries.slice(1) });
  expect(why).toEqual([error]);
});

test('of several that are refused, metadata that are too long are told: the next commit can do without', async () => {
  const { membership, state } = rig();
  const [forbidden, tooLarge] = [fault('TOPIC_AUTHORIZATION_FAILED'), fault('OFFSET_METADATA_TOO_LARGE')];
  state.refused = [
    { topic: 't', partition: 0, error: forbidden },
    { topic: 't', partition: 1, error: tooLarge },
  ];
  const why: unknown[] = [];
  const answer = await membership.commit(generation, entries, (reason) => why.push(reason));
  expect(answer).toEqual({ result: 'metadata-too-large', taken: [] });
  expect(why).toEqual([tooLarge]);
});

test.each(['NOT_COORDINATOR_FOR_GROUP', 'GROUP_COORDINATOR_NOT_AVAILABLE', 'NETWORK', 'UNEXPECTED'])(
  'after %s the coordinator is looked up again',
  async (type) => {
    const { membership, state } = rig();
    await membership.beat(generation);
    await membership.beat(generation);
    expect(state.lookups).toBe(1);
    state.failure = fault(type);
    await expect(membership.beat(generation)).rejects.toBe(state.failure);
    state.failure = null;
    await membership.beat(generation);
    expect(state.lookups).toBe(2);
  },
);

test.each(['REBALANCE_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION'])(
  '%s comes from the true coordinator, which stays',
  async (type) => {
    const { membership, state } = rig();
    state.failure = fault(type);
    await expect(membership.beat(generation)).rejects.toBe(state.failure);
    await expect(membership.beat(generation)).rejects.toBe(state.failure);
    expect(state.lookups).toBe(1);
  },
);

test('a coordinator of a cluster that was replaced is not used any more', async () => {
  const { membership, state, clusters, newCluster } = rig();
  await membership.beat(generation);
  clusters.now = newCluster();
  await membership.beat(generation);
  expect(state.lookups).toBe(2);
});

test('the leader deals what any member reads, be it nothing that it reads itself', async () => {
  const known = new Set(['t']);
  const dealt: { memberId: string; memberAssignment: Buffer }[] = [];
  const none = { owned: new Map(), generation: -1 };
  const members = [
    { memberId: 'm-1', memberMetadata: encodeMembership(['t'], none) },
    { memberId: 'm-2', memberMetadata: encodeMembership(['u'], none) },
  ];
  const broker = {
    joinGroup: async () => ({ generationId: 1, memberId: 'm-1', leaderId: 'm-1', members }),
    syncGroup: async ({ groupAssignment }: { groupAssignment: typeof dealt }) => {
      dealt.push(...groupAssignment);
      return { memberAssignment: groupAssignment[0]?.memberAssignment };
    },
  } as unknown as KafkaBroker;
  const cluster = {
    findGroupCoordinator: async () => broker,
    addTargetTopics: async (topics: string[]) => {
      for (const topic of topics) known.add(topic);
    },
    refreshMetadata: async () => undefined,
    topicPartitions: (topic: string) => (known.has(topic) ? [{ partition: 0, leader: 1 }] : []),
  } as unknown as KafkaCluster;
  const membership = createMembership(
    { groupId: 'g', topics: ['t'], sessionTimeoutMs: 30_000, rebalanceTimeoutMs: 60_000 },
    () => cluster,
  );
  const { assignment } = await membership.join(none);
  expect(assignment).toEqual(new Map([['t', [0]]]));
  expect(
    dealt.map(({ memberId, memberAssignment }) => [memberId, decodeAssignment(memberAssignment)]),
  ).toEqual([
    ['m-1', new Map([['t', [0]]])],
    ['m-2', new Map([['u', [0]]])],
  ]);
});

test('who never joined has nothing to leave', async () => {
  const { membership, asked } = rig();
  await membership.leave(Promise.resolve());
  expect(asked).toEqual([]);
});

test('a generation began no later than its join was sent, however long its answer lay before a process that stood still', async () => {
  const clock = vi.spyOn(performance, 'now').mockReturnValue(1_000);
  onTestFinished(() => clock.mockRestore());
  const broker = {
    joinGroup: async () => {
      clock.mockReturnValue(6_500);
      return { generationId: 1, memberId: 'm-1', leaderId: 'm-2', members: [] };
    },
    syncGroup: async () => ({ memberAssignment: Buffer.alloc(0) }),
  } as unknown as KafkaBroker;
  const cluster = { findGroupCoordinator: async () => broker } as unknown as KafkaCluster;
  const membership = createMembership(
    { groupId: 'g', topics: ['t'], sessionTimeoutMs: 6_000, rebalanceTimeoutMs: 60_000 },
    () => cluster,
  );
  expect((await membership.join({ owned: new Map(), generation: -1 })).sinceMs).toBe(1_000);
});
