import { expect, test } from 'vitest';
import type { KafkaBroker, KafkaCluster } from '../../src/kafkajs/cluster.ts';
import { createTopicIdentities } from '../../src/kafkajs/topic-identities.ts';

/** Three brokers, and the id that each has for `t`; null for one that does not answer. `asked` answers the next look. */
function rig(...ids: (string | null)[]) {
  const state = { ids, asked: 0 };
  const anew: string[] = [];
  const brokerOf = (nodeId: number) =>
    ({
      topicFacts: async () => {
        const id = state.ids[nodeId] ?? null;
        if (id === null) throw new Error('no answer');
        return new Map([['t', { id, leaders: new Map() }]]);
      },
    }) as unknown as KafkaBroker;
  const cluster = {
    anyBroker: async () => brokerOf(state.asked),
    broker: async (nodeId: number) => brokerOf(nodeId),
    nodeIds: () => [0, 1, 2],
  } as unknown as KafkaCluster;
  const identities = createTopicIdentities({
    clusterNow: () => cluster,
    topics: ['t'],
    madeAnew: (_, id) => anew.push(id),
  });
  const lookAt = async (nodeId: number) => {
    state.asked = nodeId;
    await identities.look();
  };
  return { state, anew, identities, lookAt };
}

test('a topic that most brokers know by another id is another one', async () => {
  const { state, anew, identities, lookAt } = rig('a', 'a', 'a');
  await lookAt(0);
  expect([identities.idOf('t'), anew]).toEqual(['a', []]);
  state.ids = ['b', 'b', null];
  await lookAt(0);
  expect([identities.idOf('t'), anew]).toEqual(['b', ['b']]);
});

test('a broker that lags behind undoes nothing, also where the topic was made anew before the first look', async () => {
  const { anew, identities, lookAt } = rig('b', 'a', 'b');
  for (const nodeId of [0, 1, 0, 2]) await lookAt(nodeId);
  expect([identities.idOf('t'), anew]).toEqual(['b', []]);
});

test('while the brokers do not agree nothing is decided, and whoever asks has to ask again', async () => {
  const { state, anew, identities, lookAt } = rig('a', 'a', 'a');
  await lookAt(0);
  state.ids = ['b', 'a', null];
  await expect(lookAt(0)).rejects.toThrow('do not agree yet on which topic t is');
  expect([identities.idOf('t'), anew]).toEqual(['a', []]);
  await lookAt(1);
});

test('two looks at once tell of it once', async () => {
  const { state, anew, lookAt } = rig('a', 'a', 'a');
  await lookAt(0);
  state.ids = ['b', 'b', 'b'];
  await Promise.all([lookAt(0), lookAt(1)]);
  expect(anew).toEqual(['b']);
});
