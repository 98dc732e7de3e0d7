/**
 * A connection of its own for what the group coordinator holds back.
 *
 * A broker answers the requests of one connection in order, and keeps JoinGroup and SyncGroup until the whole group has come: up to the
 * rebalance time-out. Without this, every heartbeat, commit, metadata request and produce to that broker waits behind them, times out, and
 * takes the join with it.
 */
import type { Connection, ConnectionPool, Exchange } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

const GENERAL = 0;
/** Which of a broker's connections has the fetches, and them alone. */
export const FETCH = 1;
const JOIN = 2;

type Parts = Pick<Internals, 'ConnectionPool' | 'Connection' | 'apiKeys'>;

/** Replaces getConnectionByRequest on kafkajs's ConnectionPool, which knows one connection for fetches and one for the rest. */
export function fixJoinConnection({ ConnectionPool, Connection, apiKeys }: Parts): void {
  const indexOf = new Map([
    [apiKeys.Fetch, FETCH],
    [apiKeys.JoinGroup, JOIN],
    [apiKeys.SyncGroup, JOIN],
  ]);

  ConnectionPool.prototype.getConnectionByRequest = async function choose(
    this: ConnectionPool,
    { request }: Pick<Exchange, 'request'>,
  ): Promise<Connection> {
    const index = indexOf.get(request.apiKey) ?? GENERAL;
    const general = this.pool[GENERAL];
    if (index === JOIN && this.pool[JOIN] === undefined && general !== undefined) {
      this.pool[JOIN] = likeness(general);
    }
    return await this.getConnection(index);
  };

  function likeness(other: Connection): Connection {
    const { enforceRequestTimeout, maxInFlightRequests } = other.requestQueue;
    const { versions, supportAuthenticationProtocol } = other;
    const twin = new Connection({ ...other, enforceRequestTimeout, maxInFlightRequests });
    return Object.assign(twin, { versions, supportAuthenticationProtocol });
  }
}
