import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { BrokerNode } from '../src/broker-node.ts';
import { freePort } from '../src/free-port.ts';
import { startKafka } from '../src/start-kafka.ts';

export interface OwnKafka {
  /** `host:port`, also while it is away. */
  readonly bootstrap: string;
  readonly start: () => Promise<BrokerNode>;
}

/**
 * A Kafka of the test's own, which can be away: same address and data each time that it comes up. It is not started yet, and
 * goes with the test.
 */
export async function ownKafka(properties: Readonly<Record<string, string>> = {}): Promise<OwnKafka> {
  const folder = mkdtempSync(join(tmpdir(), 'own-kafka-'));
  const port = await freePort();
  const running: BrokerNode[] = [];
  onTestFinished(async () => {
    for (const broker of running) await broker.stop();
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    bootstrap: `localhost:${port}`,
    start: async () => {
      const broker = await startKafka({ data: { folder }, port, properties });
      running.push(broker);
      return broker;
    },
  };
}
