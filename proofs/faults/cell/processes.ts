import { startConsumerProcess, type ConsumerProcess } from './consumer-process.ts';
import type { CellOptions, StartOptions } from './cell.ts';
import { createTally } from './tally.ts';
import { until } from './until.ts';

/**
 * The consumers of a cell over its life, what happened to them, and what is wrong with how they started and ended. Each
 * one that runs has an address of its own for the brokers, as far as there are any.
 */
export function manageProcesses(
  { folder, scenario, patience }: CellOptions,
  baseEnv: Readonly<Record<string, string>>,
  addresses: readonly string[],
) {
  const { consumers: wanted = 3, pipesOutput = false } = scenario;
  const processes: ConsumerProcess[] = [];
  const asked = new Map<ConsumerProcess, number>();
  const complaints: string[] = [];
  const tally = createTally();
  const running = () => processes.filter((consumer) => consumer.running());

  function start(fault = '', options: StartOptions = {}): ConsumerProcess {
    const name = `c${processes.length + 1}`;
    const onEnd = (ended: ConsumerProcess, code: number | null, signal: NodeJS.Signals | null) => {
      if (signal === 'SIGKILL' || (code !== null && asked.get(ended) === code)) return;
      // Before its program listens, a signal has its own effect.
      if (signal === 'SIGTERM' && asked.has(ended) && ended.ledger() === '') return;
      complaints.push(`${ended.name} ended by itself or badly: exit code ${code}, signal ${signal}`);
    };
    const lane = processes.length % addresses.length;
    const env = { ...baseEnv, KAFKA_BOOTSTRAP_SERVERS: addresses[lane] as string, ...options.env };
    const consumer = startConsumerProcess({ name, folder, lane, env, fault, pipesOutput, onEnd });
    processes.push(consumer);
    if (options.endsWith !== undefined) asked.set(consumer, options.endsWith);
    return consumer;
  }

  async function terminate(consumer: ConsumerProcess, exitCode = 0): Promise<void> {
    asked.set(consumer, exitCode);
    consumer.signal('SIGTERM');
    if (await until(() => !consumer.running(), patience.endMs)) return;
    complaints.push(`${consumer.name} did not end within ${patience.endMs / 1_000} s of SIGTERM`);
    await consumer.kill();
  }

  async function refill(): Promise<void> {
    while (running().length < wanted) start();
    for (const consumer of running()) {
      let said = 'nothing yet';
      const ready = await until(async () => {
        const answer = await consumer
          .get('/readyz')
          .catch((error: unknown) => ({ status: 0, text: String(error) }));
        said = answer.text;
        return answer.status === 200 || !consumer.running();
      }, patience.readyMs);
      if (!ready)
        complaints.push(`${consumer.name} was not ready within ${patience.readyMs / 1_000} s: ${said}`);
    }
  }

  return { processes, running, start, terminate, complaints, tally, refill, did: tally.add };
}
