import { pino } from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import { bootstrap, createTopic, uniqueTopic, withAdmin } from '../../../broker/test/kafka.ts';
import { createCluster } from '../../src/kafkajs/cluster.ts';
import { createGroupConsumer } from '../../src/kafkajs/group-consumer.ts';
import { encodeMembership, GROUP_PROTOCOL } from '../../src/kafkajs/group-protocol.ts';

const log = pino({ level: 'silent' });
const timing = { sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 120_000 };

function newCluster() {
  const cluster = createCluster({ bootstrap: bootstrap().split(','), clientId: 'test', log });
  onTestFinished(async () => await cluster.disconnect());
  return cluster;
}

/** A member that joins when it is told to and neither beats nor syncs: the others wait for it. */
async function slowMember(groupId: string, topics: string[]) {
  const cluster = newCluster();
  await cluster.connect();
  let memberId = '';
  return {
    join: async () => {
      const coordinator = await cluster.findGroupCoordinator({ groupId });
      const joined = await coordinator.joinGroup({
        groupId,
        sessionTimeout: timing.sessionTimeoutMs,
        rebalanceTimeout: timing.rebalanceTimeoutMs,
        memberId,
        groupProtocols: [
          {
            name: GROUP_PROTOCOL,
            metadata: encodeMembership(topics, { owned: new Map(), generation: -1 }),
          },
        ],
      });
      memberId = joined.memberId;
      return joined;
    },
  };
}

function consumerOf(groupId: string, topics: string[]) {
  return createGroupConsumer({
    groupId,
    topics,
    ...timing,
    heartbeatIntervalMs: 1_000,
    maxWaitMs: 100,
    maxRecordBytes: 1_000,
    createCluster: newCluster,
    work: { assigned: () => [], revoking: async () => undefined, changed: () => undefined },
    log,
  });
}

async function described(groupId: string): Promise<{ state: string; members: string[] }> {
  const { groups } = await withAdmin(async (admin) => await admin.describeGroups([groupId]));
  const [group] = groups;
  return { state: group?.state ?? '', members: (group?.members ?? []).map(({ memberId }) => memberId) };
}

test.each([
  { during: 'PreparingRebalance', others: 'do not join' },
  { during: 'CompletingRebalance', others: 'have joined, and do not sync' },
])('a stop in $during, where the others $others: the group has no dead member', async ({ during }) => {
  const groupId = uniqueTopic('leaving');
  const topics = [await createTopic(uniqueTopic('leaving'))];
  const slow = await slowMember(groupId, topics);
  // A new broker makes the groups' own topic first, and coordinates nothing until then.
  const { memberId } = await vi.waitFor(slow.join, { timeout: 20_000 });

  const consumer = consumerOf(groupId, topics);
  const running = consumer.run();
  await expect.poll(async () => (await described(groupId)).members.length, { timeout: 20_000 }).toBe(2);
  if (during === 'CompletingRebalance') await slow.join();
  await expect.poll(async () => (await described(groupId)).state, { timeout: 20_000 }).toBe(during);

  await consumer.stop(10_000);
  await running;
  expect((await described(groupId)).members).toEqual([memberId]);
});
