/**
 * Any broker, for what each of them knows, is one that answers at this moment.
 *
 * Without this, a broker that is frozen (its connections stay open, and nothing comes back) is asked for metadata and for the group's
 * coordinator as often as each of the others, and each time nothing is learnt for the length of a time-out. Two in a row, and a member's
 * session is over, although the coordinator has moved long since and is well.
 */
import type { BrokerPool } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

const ASKED_AT_ONCE = 3;

/** Replaces findConnectedBroker on kafkajs's BrokerPool: the first of a few that answers a small request. */
export function fixAnyBroker({ BrokerPool }: Pick<Internals, 'BrokerPool'>): void {
  const findOneOfAll = BrokerPool.prototype.findConnectedBroker;

  BrokerPool.prototype.findConnectedBroker = async function findAnswering(this: BrokerPool) {
    const nodeIds = candidates(this);
    if (nodeIds.length < 2) return await findOneOfAll.call(this);
    try {
      return await Promise.any(
        nodeIds.map(async (nodeId) => {
          const broker = await this.findBroker({ nodeId });
          await broker.metadata();
          return broker;
        }),
      );
    } catch {
      // There may be more than were asked, and the bootstrap servers.
      return await findOneOfAll.call(this);
    }
  };
}

/** A few in a random order, connected ones first. */
function candidates({ brokers }: BrokerPool): number[] {
  const inTurn = Object.keys(brokers)
    .map((nodeId) => ({ nodeId, order: Math.random() + (brokers[nodeId]?.isConnected() === true ? 0 : 1) }))
    .toSorted((a, b) => a.order - b.order);
  return inTurn.slice(0, ASKED_AT_ONCE).map(({ nodeId }) => Number(nodeId));
}
