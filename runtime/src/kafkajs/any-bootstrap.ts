import { parseAddress } from './bootstrap-address.ts';
import { faultOf } from './errors.ts';
import type { Cluster } from './internal-types.ts';

/**
 * Replaces `connect` on the broker pool of one kafkajs Cluster: all bootstrap servers are asked side by side, and the first that
 * answers is taken. kafkajs asks one after another, each for the length of its time-outs: with a few that only drop packets
 * nothing is heard or told for minutes. It also cuts addresses at the first colon, which an IPv6 host has inside.
 */
export function takeAnyBootstrap(cluster: Cluster, bootstrap: readonly string[]): void {
  const { brokerPool: pool, connectionPoolBuilder: builder } = cluster;
  const addresses = bootstrap.map(parseAddress);
  let connecting: Promise<void> | null = null;

  pool.connect = async () => {
    if (pool.hasConnectedBrokers()) return;
    connecting ??= takeFirst().finally(() => {
      connecting = null;
    });
    await connecting;
  };

  async function takeFirst(): Promise<void> {
    const asked = addresses.map(async (address) => {
      const broker = pool.createBroker({
        connectionPool: await builder.build(address),
        logger: pool.rootLogger,
      });
      try {
        await broker.connect();
        // One that is frozen, or only about to start, may have answered so far.
        await broker.metadata();
        return broker;
      } catch (error) {
        await broker.disconnect();
        throw error;
      }
    });
    const first = await Promise.any(asked).catch(({ errors }: AggregateError) => {
      // Refused credentials are what somebody has to mend, whoever else cannot be reached.
      throw errors.find((error) => faultOf(error).credentials) ?? errors[0];
    });
    pool.seedBroker = first;
    pool.versions = first.versions;
    for (const other of asked) {
      void other.then(
        async (broker) => await (broker === first ? undefined : broker.disconnect()),
        () => undefined,
      );
    }
  }
}
