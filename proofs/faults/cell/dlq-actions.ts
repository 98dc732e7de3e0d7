import kafkajs from 'kafkajs';
import type { Cell } from './cell.ts';
import { stockClient } from './kafka-client.ts';

const TAKES_ALL_BYTES = 16 * 1024 * 1024;
const TAKES_NONE_BYTES = 1;

/** The brokers refuse each letter, whatever its size. */
export function refuseLetters(cell: Cell): Promise<void> {
  return limitLetters(cell, TAKES_NONE_BYTES);
}

export function takeLetters(cell: Cell): Promise<void> {
  return limitLetters(cell, TAKES_ALL_BYTES);
}

/** The brokers refuse each letter while fewer replicas than that are in sync. */
export function requireReplicas(cell: Cell, count: number): Promise<void> {
  return configure(cell, { 'min.insync.replicas': count });
}

/** The brokers refuse letters that are larger, as they are sent. */
export function limitLetters(cell: Cell, maxBytes: number): Promise<void> {
  return configure(cell, { 'max.message.bytes': maxBytes });
}

async function configure({ cluster, dlqTopic }: Cell, over: Readonly<Record<string, number>>): Promise<void> {
  const admin = stockClient(cluster.bootstrap, 'dlq').admin();
  await admin.connect();
  try {
    // All that is not named here goes back to the brokers' defaults.
    const entries = { 'max.message.bytes': TAKES_ALL_BYTES, 'retention.ms': -1, ...over };
    const configEntries = Object.entries(entries).map(([name, value]) => ({ name, value: String(value) }));
    const topic = { type: kafkajs.ConfigResourceTypes.TOPIC, name: dlqTopic, configEntries };
    await admin.alterConfigs({ validateOnly: false, resources: [topic] });
  } finally {
    await admin.disconnect();
  }
}
