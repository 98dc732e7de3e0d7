import { setTimeout as pause } from 'node:timers/promises';
import type { ClusterNode } from '@event-pipeline/broker/start-cluster.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { Cell } from './cell.ts';
import { stockClient } from './kafka-client.ts';
import { until } from './until.ts';

const NOTICE_TIMEOUT_MS = 30_000;
const MOVE_TIMEOUT_MS = 60_000;

/** Notes the beginning of an outage: of all of Kafka where these are all nodes. */
const away = (cell: Cell, nodes: readonly ClusterNode[]) =>
  cell.times.away(nodes.length === cell.cluster.nodes.length ? 'kafka' : 'broker');

/** kill -9 of a node, which comes back after `awayMs`. */
export async function killNode(cell: Cell, node: ClusterNode, awayMs: number): Promise<void> {
  const outage = away(cell, [node]);
  await node.kill();
  cell.did('broker kill');
  await pause(awayMs);
  await outage.back(() => node.restart());
}

/** A node ends in order, and comes back at once. */
export async function restartNode(cell: Cell, node: ClusterNode): Promise<void> {
  await away(cell, [node]).back(() => node.restart());
  cell.did('broker restart');
}

/** SIGSTOP of a node for `frozenMs`: its connections stay open, and nothing answers. */
export async function freezeNode(cell: Cell, node: ClusterNode, frozenMs: number): Promise<void> {
  const outage = away(cell, [node]);
  const fromUs = nowUs();
  node.pause();
  cell.did('broker freeze');
  try {
    await pause(frozenMs);
  } finally {
    const toUs = nowUs();
    await outage.back(() => node.resume());
    // An only broker that wakes up after a session finds that nobody has beaten: it may drop all members.
    const isAlone = cell.cluster.nodes.length === 1;
    if (isAlone) for (const consumer of cell.running()) consumer.wasCutOff(fromUs, toUs);
  }
}

/** All given nodes are killed and stay away until every consumer has said so, and `awayMs` more; `atTheEnd` is looked at before they come back. */
export async function outage(
  cell: Cell,
  nodes: readonly ClusterNode[],
  awayMs: number,
  atTheEnd: () => Promise<void> | void = () => {},
): Promise<void> {
  await Promise.all(nodes.map((node) => node.kill()));
  const all = away(cell, nodes);
  cell.did('outage');
  if (await until(() => nobodyIsReady(cell), NOTICE_TIMEOUT_MS)) cell.did('outage noticed');
  await pause(awayMs);
  await atTheEnd();
  await all.back(() => Promise.all(nodes.map((node) => node.restart())));
}

async function nobodyIsReady(cell: Cell): Promise<boolean> {
  const answers = await Promise.all(cell.running().map((consumer) => consumer.get('/readyz')));
  return answers.every(({ status }) => status === 503);
}

/** Puts the fault on the node that coordinates the cell's group, and tells the cell when another one has become that. */
export async function strikeCoordinator(
  cell: Cell,
  fault: (coordinator: ClusterNode) => Promise<void>,
): Promise<void> {
  const before = await coordinatorOf(cell);
  const isAnother = async () => (await coordinatorOf(cell)).nodeId !== before.nodeId;
  // From the beginning of the fault: it does not go back by itself once the node is there again.
  const moves = until(() => isAnother().catch(() => false), MOVE_TIMEOUT_MS);
  await fault(before);
  if (await moves) cell.did('coordinator moved');
}

/** The node that coordinates the cell's group. */
async function coordinatorOf(cell: Cell): Promise<ClusterNode> {
  const admin = stockClient(cell.cluster.bootstrap, 'coordinator').admin();
  await admin.connect();
  try {
    // kafkajs's admin tells no coordinator; it leads the group's partition of the offsets topic.
    const { topics } = await admin.fetchTopicMetadata({ topics: ['__consumer_offsets'] });
    const partitions = topics[0]?.partitions ?? [];
    const wanted = (javaHash(cell.groupId) & 0x7fffffff) % partitions.length;
    const leader = partitions.find(({ partitionId }) => partitionId === wanted)?.leader;
    const node = cell.cluster.nodes.find(({ nodeId }) => nodeId === leader);
    if (node === undefined)
      throw new Error(`node ${leader} coordinates ${cell.groupId}, and is not of the cluster`);
    return node;
  } finally {
    await admin.disconnect();
  }
}

/** Java's `String.hashCode`, in 32 bits; Kafka takes it modulo the partitions of the offsets topic. */
function javaHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at += 1) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
  return hash;
}
