// npm run broker: Apache Kafka alone, with a data folder that is kept.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { listenForStop } from '@event-pipeline/runtime/shutdown.ts';
import type { BrokerNode } from './broker-node.ts';
import { kafkaHome } from './kafka-distribution.mjs';
import { KafkaUnavailable } from './kafka-unavailable.ts';
import { startKafka } from './start-kafka.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};

const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const stop = listenForStop({
  signals: process,
  nowMs: () => performance.now(),
  onStop: () => say('Stopping Apache Kafka'),
  onForce: () => process.exit(1),
});

/** Resolves to the broker, or to an exit code. */
const start = async (): Promise<BrokerNode | number> => {
  try {
    const data = { folder: path.join(kafkaHome, 'data') };
    return await startKafka({ data, port: 9092, onProgress: say, signal: stop });
  } catch (error) {
    if (stop.aborted) return 0;
    if (!(error instanceof KafkaUnavailable)) throw error;
    complain(error.message);
    return 1;
  }
};

/** Resolves to the exit code. */
const serve = async (broker: BrokerNode): Promise<number> => {
  say(`Apache Kafka listens on ${broker.bootstrap} (process ${broker.pid}); Ctrl-C stops it`);
  const asked = Promise.withResolvers<'asked'>();
  stop.addEventListener('abort', () => asked.resolve('asked'));
  if (stop.aborted) asked.resolve('asked');
  // Nothing else keeps this process alive.
  const alive = setInterval(() => {}, 60_000);
  const why = await Promise.race([asked.promise, broker.ended]);
  await broker.stop();
  clearInterval(alive);
  if (why === 'asked') return 0;
  const log = await readFile(broker.logFile, 'utf8');
  complain(
    `Apache Kafka ended by itself. Its last lines:\n${log.trimEnd().split('\n').slice(-15).join('\n')}`,
  );
  return 1;
};

const broker = await start();
process.exit(typeof broker === 'number' ? broker : await serve(broker));
