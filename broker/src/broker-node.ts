import { readFile, writeFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { classDataArchive } from './class-data-archive.ts';
import { formatDataFolder, writeHolder } from './data-folder.ts';
import type { DataFolder } from './data-folder.ts';
import { runJava, stopJava } from './java-process.ts';
import type { ProcessEnd, WatchedProcess } from './watched-process.ts';
import { classpath } from './kafka-distribution.mjs';
import type { KafkaDistribution } from './kafka-distribution.mjs';
import { serverProperties } from './server-properties.ts';
import type { NodeAddress } from './server-properties.ts';

const startTimeoutMs = 60_000;
const pollMs = 20;
/** A first run writes its class data archive when it stops, which takes 2 s of a free core. */
const stopTimeoutMs = 20_000;

export interface BrokerNodeInput {
  readonly distribution: KafkaDistribution;
  readonly data: DataFolder;
  readonly node: NodeAddress;
  readonly nodes: readonly NodeAddress[];
  readonly clusterId: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly javaOptions: readonly string[];
  readonly signal?: AbortSignal | undefined;
}

export interface BrokerNode {
  /** `localhost:port` */
  readonly bootstrap: string;
  readonly port: number;
  /** The Java process. */
  readonly pid: number;
  readonly logFile: string;
  /** Settles when the Java process has ended, whatever the reason; never rejects. */
  readonly ended: Promise<ProcessEnd>;
  /** SIGTERM, SIGKILL after 20 s; the data folder stays. May be called again. */
  readonly stop: () => Promise<void>;
  /** Sends a signal to the Java process: SIGKILL, or SIGSTOP and SIGCONT for a pause. */
  readonly kill: (signal: NodeJS.Signals) => void;
}

export type BrokerNodeStart =
  | { readonly ok: true; readonly broker: BrokerNode }
  | {
      readonly ok: false;
      readonly reason: 'port-taken' | 'folder-in-use' | 'ended' | 'timed-out';
      /** The end of what Kafka wrote. */
      readonly lastLines: string;
    };

const readLog = (data: DataFolder): Promise<string> => readFile(data.logFile, 'utf8').catch(() => '');

const javaArgs = async (input: BrokerNodeInput, archiveOptions: readonly string[]): Promise<string[]> => [
  '-Xmx512m',
  ...input.javaOptions,
  ...archiveOptions,
  '-Djava.awt.headless=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
  '-cp',
  await classpath(input.distribution.folder),
  'kafka.Kafka',
  input.data.propertiesFile,
];

type Verdict = 'started' | 'ended' | 'timed-out';

const waitForStart = async (
  java: WatchedProcess,
  data: DataFolder,
  signal?: AbortSignal,
): Promise<Verdict> => {
  let ended = false;
  void java.ended.then(() => (ended = true));
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    if (ended) return 'ended';
    if ((await readLog(data)).includes('Kafka Server started')) return 'started';
    await sleep(pollMs, undefined, { signal });
  }
  return 'timed-out';
};

const failedStart = async (
  verdict: Exclude<Verdict, 'started'>,
  data: DataFolder,
): Promise<BrokerNodeStart> => {
  const log = await readLog(data);
  const lastLines = log.trimEnd().split('\n').slice(-15).join('\n');
  if (verdict === 'timed-out') return { ok: false, reason: 'timed-out', lastLines };
  if (/Address already in use/.test(log)) return { ok: false, reason: 'port-taken', lastLines };
  if (/Failed to acquire lock/.test(log)) return { ok: false, reason: 'folder-in-use', lastLines };
  return { ok: false, reason: 'ended', lastLines };
};

/**
 * Starts one node, and waits until it serves, at most 60 s. In a cluster that is when a quorum is there: start its
 * nodes side by side. Rejects when aborted; nothing is left running then, nor after a start that failed.
 */
export const startBrokerNode = async (input: BrokerNodeInput): Promise<BrokerNodeStart> => {
  const { data, node, nodes, distribution, signal } = input;
  await formatDataFolder(data, {
    nodeId: node.nodeId,
    clusterId: input.clusterId,
    distributionFolder: distribution.folder,
  });
  const overrides = input.properties;
  await writeFile(
    data.propertiesFile,
    serverProperties({ node, nodes, logFolder: data.logFolder, overrides }),
  );
  const archive = classDataArchive(distribution.folder, distribution.javaMajor);
  const args = await javaArgs(input, archive.options);
  signal?.throwIfAborted();
  const temporaryFolder = data.temporary ? data.folder : undefined;
  const java = runJava({ command: distribution.java, args, logFile: data.logFile, temporaryFolder });
  const cleaned = java.ended.then(async ({ signal: by }) => archive.finish(by === 'SIGKILL'));
  const stop = async (): Promise<void> => {
    await stopJava(java, stopTimeoutMs);
    await cleaned;
  };
  try {
    const verdict = await waitForStart(java, data, signal);
    if (verdict !== 'started') {
      await stopJava(java, stopTimeoutMs);
      return await failedStart(verdict, data);
    }
    await writeHolder(data, { pid: java.pid, port: node.port });
  } catch (error) {
    await stop();
    throw error;
  }
  const bootstrap = `localhost:${node.port}`;
  const { pid, ended, kill } = java;
  const broker = { bootstrap, port: node.port, pid, logFile: data.logFile, ended, stop, kill };
  return { ok: true, broker };
};
