import { connect } from 'node:net';
import { startBrokerNode } from './broker-node.ts';
import type { BrokerNode, BrokerNodeStart } from './broker-node.ts';
import {
  keptDataFolder,
  randomKafkaId,
  readHolder,
  removeDataFolder,
  temporaryDataFolder,
} from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { freePort } from './free-port.ts';
import { fetchKafka } from './kafka-distribution.mjs';
import { KafkaUnavailable } from './kafka-unavailable.ts';

/** C1 alone: a broker that lives for minutes starts 0.4 s sooner, and costs half the CPU time to get there. */
const shortLivedJava = ['-XX:TieredStopAtLevel=1'];

export interface StartKafkaOptions {
  /** A folder that is kept, or a temporary one that goes with the broker. */
  readonly data: { readonly folder: string } | 'temporary';
  /** The port for clients where it is free, else another one; unset means any free port. */
  readonly port?: number;
  /** Laid over the properties of the node. */
  readonly properties?: Readonly<Record<string, string>>;
  /** For a JVM that is to be measured; the default makes a short start. */
  readonly javaOptions?: readonly string[];
  readonly onProgress?: (line: string) => void;
  readonly signal?: AbortSignal;
}

const portAttempts = 5;

const accepts = (port: number): Promise<boolean> =>
  new Promise((resolve) => {
    const socket = connect({ port, host: 'localhost', timeout: 1000 });
    const answer = (yes: boolean) => {
      socket.destroy();
      resolve(yes);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
    socket.once('timeout', () => answer(false));
  });

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

const inUse = async (data: DataFolder): Promise<KafkaUnavailable> => {
  const port = (await readHolder(data))?.port ?? 9092;
  const address = `localhost:${port}`;
  return new KafkaUnavailable(
    `A broker already runs on ${data.folder} and listens on ${address}. ` +
      `Stop it, or use it: KAFKA_BOOTSTRAP_SERVERS=${address}.`,
  );
};

/** Kafka locks its folder too, but we are about to write into it, and can say it without starting a JVM. */
const refuseFolderInUse = async (data: DataFolder): Promise<void> => {
  const holder = await readHolder(data);
  if (holder !== null && isAlive(holder.pid) && (await accepts(holder.port))) throw await inUse(data);
};

const failure = async (
  start: BrokerNodeStart & { ok: false },
  data: DataFolder,
): Promise<KafkaUnavailable> => {
  if (start.reason === 'folder-in-use') return await inUse(data);
  const what = {
    'port-taken': `Kafka found its ports taken ${portAttempts} times in a row.`,
    'timed-out': 'Kafka did not start within 60 s.',
    ended: 'Kafka ended while it started.',
  }[start.reason];
  return new KafkaUnavailable(`${what} Its last lines:\n${start.lastLines}`);
};

const startOnFreePorts = async (options: StartKafkaOptions, data: DataFolder): Promise<BrokerNode> => {
  const distribution = await fetchKafka({ onProgress: options.onProgress, signal: options.signal });
  if (!distribution.ok) throw new KafkaUnavailable(distribution.problem);
  options.onProgress?.('Starting Apache Kafka');
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort(options.port);
    const node = { nodeId: 1, port, controllerPort: await freePort() };
    const start = await startBrokerNode({
      distribution,
      data,
      node,
      nodes: [node],
      clusterId: randomKafkaId(),
      properties: options.properties ?? {},
      javaOptions: options.javaOptions ?? shortLivedJava,
      signal: options.signal,
    });
    if (start.ok) return start.broker;
    // Somebody took a port between our look and Kafka's bind.
    if (start.reason !== 'port-taken' || attempt === portAttempts) throw await failure(start, data);
  }
};

/**
 * Apache Kafka as a local process: one node, broker and controller. It is fetched with Maven the first time, and ends
 * with this process, even where that is killed.
 *
 * @throws KafkaUnavailable with a message for people where Java or Maven is missing, the data folder is in use, or
 *   Kafka does not start; the signal's reason when aborted.
 */
export const startKafka = async (options: StartKafkaOptions): Promise<BrokerNode> => {
  if (options.data !== 'temporary') {
    const data = await keptDataFolder(options.data.folder);
    await refuseFolderInUse(data);
    return await startOnFreePorts(options, data);
  }
  const data = await temporaryDataFolder();
  try {
    const broker = await startOnFreePorts(options, data);
    const stop = async () => {
      await broker.stop();
      await removeDataFolder(data);
    };
    return { ...broker, stop };
  } catch (error) {
    await removeDataFolder(data);
    throw error;
  }
};
