/**
 * Any broker, for what each of them knows, is one that answers at this moment.
 *
 * Without this, a broker that is frozen (its connections stay open, and nothing comes back) is asked for metadata and for the group's
 * coordinator as often as each of the others, and each time nothing is learnt for the length of a time-out. Two in a row, and a member's
 * session is over, although the coordinator has moved long since and is well. And where packets are dropped, all brokers are tried one
 * after another, each for the length of a time-out: with many of them, minutes in which the client seems dead.
 */
import type { Broker, BrokerPool } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

/** Each that answers leaves a connection, which many members of a large cluster should not all have to every broker. */
const ASKED_AT_ONCE = 3;

/** Replaces findConnectedBroker on kafkajs's BrokerPool: the first of a few that answers a small request, or else of all. */
export function fixAnyBroker({ BrokerPool }: Pick<Internals, 'BrokerPool'>): void {
  const findOneOfAll = BrokerPool.prototype.findConnectedBroker;

  BrokerPool.prototype.findConnectedBroker = async function findAnswering(this: BrokerPool) {
    const nodeIds = inTurn(this);
    if (nodeIds.length < 2) return await findOneOfAll.call(this);
    const known = (nodeId: number) => answering(this.findBroker({ nodeId }));
    try {
      return await Promise.any(nodeIds.slice(0, ASKED_AT_ONCE).map(known));
    } catch {
      return await Promise.any([
        answering(bootstrapServer(this)),
        ...nodeIds.slice(ASKED_AT_ONCE).map(known),
      ]);
    }
  };
}

async function answering(found: Promise<Broker>): Promise<Broker> {
  const broker = await found;
  await broker.metadata();
  return broker;
}

async function bootstrapServer(pool: BrokerPool): Promise<Broker> {
  await pool.connect();
  return pool.seedBroker as Broker;
}

/** In a random order, connected ones first. */
function inTurn({ brokers }: BrokerPool): number[] {
  return Object.keys(brokers)
    .map((nodeId) => ({ nodeId, order: Math.random() + (brokers[nodeId]?.isConnected() === true ? 0 : 1) }))
    .toSorted((a, b) => a.order - b.order)
    .map(({ nodeId }) => Number(nodeId));
}
