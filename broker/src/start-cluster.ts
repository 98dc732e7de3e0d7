import { startBrokerNode } from './broker-node.ts';
import type { BrokerNode, BrokerNodeInput } from './broker-node.ts';
import { randomKafkaId, removeDataFolder, temporaryDataFolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { freePort } from './free-port.ts';
import { fetchKafka } from './kafka-distribution.mjs';
import type { KafkaDistribution } from './kafka-distribution.mjs';
import { KafkaUnavailable } from './kafka-unavailable.ts';
import type { NodeAddress } from './server-properties.ts';

export interface StartClusterOptions {
  /** How many nodes, each broker and controller; three survive the loss of one. */
  readonly brokers: number;
  /** Laid over the properties of every node. */
  readonly properties?: Readonly<Record<string, string>>;
  readonly javaOptions?: readonly string[];
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

/** One node of a cluster. It keeps its data, its id and its ports over stops and kills, until the cluster is stopped. */
export interface ClusterNode {
  /** Kafka's `node.id`. */
  readonly nodeId: number;
  readonly port: number;
  /** `localhost:port` */
  readonly bootstrap: string;
  /** The Java process that runs, or the last one that did. */
  readonly pid: () => number;
  /** Stops it in order, at most 20 s. */
  readonly stop: () => Promise<void>;
  /** Ends it by SIGKILL; resolves when it is gone. */
  readonly kill: () => Promise<void>;
  /** Freezes it by SIGSTOP: its connections stay open and nothing answers. */
  readonly pause: () => void;
  readonly resume: () => void;
  /** Starts it where it was stopped or killed, stops it first where it runs; resolves when it serves, at most 60 s. */
  readonly restart: () => Promise<void>;
}

export interface Cluster {
  /** All nodes, comma-separated. */
  readonly bootstrap: string;
  readonly nodes: readonly ClusterNode[];
  /** Stops all nodes and removes their data. */
  readonly stop: () => Promise<void>;
}

/** Somebody took a port between its choice and its use. */
class PortTaken extends KafkaUnavailable {}

const STARTS_MAX = 3;

type Run = () => Promise<BrokerNode>;

const runner = (input: BrokerNodeInput): Run => {
  return async () => {
    const start = await startBrokerNode(input);
    if (start.ok) return start.broker;
    const what = `Node ${input.node.nodeId} of the cluster did not start (${start.reason}).`;
    const Failure = start.reason === 'port-taken' ? PortTaken : KafkaUnavailable;
    throw new Failure(`${what} Its last lines:\n${start.lastLines}`);
  };
};

const createNode = (address: NodeAddress, run: Run, first: BrokerNode): ClusterNode => {
  let current = first;
  return {
    nodeId: address.nodeId,
    port: address.port,
    bootstrap: `localhost:${address.port}`,
    pid: () => current.pid,
    stop: () => current.stop(),
    kill: async () => {
      current.kill('SIGKILL');
      await current.stop();
    },
    pause: () => current.kill('SIGSTOP'),
    resume: () => current.kill('SIGCONT'),
    restart: async () => {
      await current.stop();
      current = await run();
    },
  };
};

const addressesOf = async (count: number): Promise<NodeAddress[]> => {
  const addresses: NodeAddress[] = [];
  const taken = new Set<number>();
  const nextPort = async (): Promise<number> => {
    const port = await freePort();
    if (taken.has(port)) return await nextPort();
    taken.add(port);
    return port;
  };
  for (let nodeId = 1; nodeId <= count; nodeId += 1) {
    addresses.push({ nodeId, port: await nextPort(), controllerPort: await nextPort() });
  }
  return addresses;
};

/** Starts all nodes side by side, for each waits until a quorum is there. Where one fails, none is left running. */
const startAll = async (runs: readonly Run[]): Promise<BrokerNode[]> => {
  const starts = await Promise.allSettled(runs.map((run) => run()));
  const running = starts.flatMap((start) => (start.status === 'fulfilled' ? [start.value] : []));
  const failed = starts.find((start) => start.status === 'rejected');
  if (failed === undefined) return running;
  await Promise.all(running.map((broker) => broker.stop()));
  throw failed.reason;
};

const inputsFor = (
  options: StartClusterOptions,
  distribution: KafkaDistribution,
  addresses: readonly NodeAddress[],
  folders: readonly DataFolder[],
): BrokerNodeInput[] => {
  const clusterId = randomKafkaId();
  return addresses.flatMap((node, index) => {
    const data = folders[index];
    if (data === undefined) return [];
    const properties = options.properties ?? {};
    const javaOptions = options.javaOptions ?? ['-XX:TieredStopAtLevel=1'];
    const { signal } = options;
    return [{ distribution, data, node, nodes: addresses, clusterId, properties, javaOptions, signal }];
  });
};

/** One start, on ports that were free a moment ago. */
const startOnce = async (options: StartClusterOptions): Promise<Cluster> => {
  const distribution = await fetchKafka({ onProgress: options.onProgress, signal: options.signal });
  if (!distribution.ok) throw new KafkaUnavailable(distribution.problem);
  options.onProgress?.(`Starting a cluster of ${options.brokers} Kafka nodes`);
  const addresses = await addressesOf(options.brokers);
  const folders = await Promise.all(addresses.map(() => temporaryDataFolder()));
  const removeAll = () => Promise.all(folders.map(removeDataFolder));
  try {
    const runs = inputsFor(options, distribution, addresses, folders).map(runner);
    const brokers = await startAll(runs);
    const nodes = addresses.flatMap((address, index) => {
      const [run, first] = [runs[index], brokers[index]];
      return run === undefined || first === undefined ? [] : [createNode(address, run, first)];
    });
    return {
      bootstrap: nodes.map((node) => node.bootstrap).join(','),
      nodes,
      stop: async () => {
        await Promise.all(nodes.map((node) => node.stop()));
        await removeAll();
      },
    };
  } catch (error) {
    await removeAll();
    throw error;
  }
};

/**
 * A cluster of local Kafka nodes with one quorum, on free ports and temporary folders. Internal topics have up to three
 * replicas; a topic of the user's has one unless it asks for more. All nodes end with this process.
 *
 * @throws KafkaUnavailable where Java or Maven is missing or a node does not start; the signal's reason when aborted.
 */
export const startCluster = async (options: StartClusterOptions): Promise<Cluster> => {
  for (let start = 1; ; start += 1) {
    try {
      return await startOnce(options);
    } catch (error) {
      if (!(error instanceof PortTaken) || start === STARTS_MAX) throw error;
    }
  }
};
