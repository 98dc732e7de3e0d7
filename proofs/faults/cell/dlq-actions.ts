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

async function limitLetters({ cluster, dlqTopic }: Cell, maxBytes: number): Promise<void> {
  const admin = stockClient(cluster.bootstrap, 'dlq').admin();
  await admin.connect();
  try {
    // All that is not named here goes back to the brokers' defaults.
    const configEntries = [
      { name: 'max.message.bytes', value: String(maxBytes) },
      { name: 'retention.ms', value: '-1' },
    ];
    const topic = { type: kafkajs.ConfigResourceTypes.TOPIC, name: dlqTopic, configEntries };
    await admin.alterConfigs({ validateOnly: false, resources: [topic] });
  } finally {
    await admin.disconnect();
  }
}
