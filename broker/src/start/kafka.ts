import { readFileSync } from 'node:fs';
import path from 'node:path';
import { kafkaHome } from '../kafka-distribution.mjs';
import { startKafka } from '../start-kafka.ts';
import type { Beneath } from './supervise.ts';

export interface KafkaForStart {
  readonly bootstrap: string;
  readonly beneath: Beneath | null;
}

/**
 * The Kafka that KAFKA_BOOTSTRAP_SERVERS names, or a local one on the data folder that this checkout keeps.
 * @throws KafkaUnavailable where none can be had; the signal's reason when aborted.
 */
export const kafkaForStart = async (
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  signal: AbortSignal,
): Promise<KafkaForStart> => {
  const given = env.KAFKA_BOOTSTRAP_SERVERS?.trim() ?? '';
  if (given !== '') {
    say(`Using the Kafka of KAFKA_BOOTSTRAP_SERVERS: ${given}`);
    return { bootstrap: given, beneath: null };
  }
  const data = { folder: path.join(kafkaHome, 'data') };
  const broker = await startKafka({ data, port: 9092, onProgress: say, signal });
  say(`Apache Kafka listens on ${broker.bootstrap}`);
  const lastLines = () => readFileSync(broker.logFile, 'utf8').trimEnd().split('\n').slice(-15).join('\n');
  const beneath = { name: 'broker', ended: broker.ended, stop: broker.stop, lastLines };
  return { bootstrap: broker.bootstrap, beneath };
};
