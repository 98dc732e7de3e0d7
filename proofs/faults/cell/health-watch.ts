import { setTimeout as pause } from 'node:timers/promises';
import type { HealthLook } from '../checker/evidence.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { ConsumerProcess } from './consumer-process.ts';

export interface HealthWatch {
  readonly looks: readonly HealthLook[];
  /** Ends once the questions under way are answered, or have timed out. */
  end(): Promise<void>;
}

const INTERVAL_MS = 1_000;

/** Asks each consumer that runs whether it is ready and healthy, about once a second, come what may. */
export function watchHealth(running: () => readonly ConsumerProcess[]): HealthWatch {
  const looks: HealthLook[] = [];
  const asked = new Map<ConsumerProcess, Promise<void>>();
  const ended = new AbortController();

  async function ask(consumer: ConsumerProcess): Promise<void> {
    for (const route of ['/readyz', '/healthz'] as const) {
      const fromUs = nowUs();
      // One that is killed, stopped or not listening yet gives no answer, and that is no look.
      const answer = await consumer.get(route).catch(() => null);
      if (answer !== null) looks.push({ name: consumer.name, route, fromUs, toUs: nowUs(), ...answer });
    }
    asked.delete(consumer);
  }

  async function run(): Promise<void> {
    while (!ended.signal.aborted) {
      for (const consumer of running()) if (!asked.has(consumer)) asked.set(consumer, ask(consumer));
      await pause(INTERVAL_MS);
    }
  }

  const watching = run();
  return {
    looks,
    end: async () => {
      ended.abort();
      await watching;
      await Promise.all(asked.values());
    },
  };
}
