// The second half of `npm start`, when all is installed: Kafka, then the services, until Ctrl-C.
import { isatty } from 'node:tty';
import { listenForStop } from '@event-pipeline/runtime/shutdown.ts';
import { KafkaUnavailable } from '../kafka-unavailable.ts';
import { firstEvent } from './first-event.ts';
import { kafkaForStart } from './kafka.ts';
import type { KafkaForStart } from './kafka.ts';
import { metricsPorts, takenMetricsPort } from './metrics-ports.ts';
import type { MetricsPorts } from './metrics-ports.ts';
import { noEvent } from './no-event.ts';
import { invalidRatioOf, servicePlans, stopTimeoutMs } from './plans.ts';
import { startService } from './service.ts';
import type { Service } from './service.ts';
import { summary } from './summary.ts';
import { supervise } from './supervise.ts';

const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
};
const complain = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const services: Service[] = [];

const stop = listenForStop({
  signals: process,
  nowMs: () => performance.now(),
  onStop: () => say('Stopping: the services first, then the broker'),
  onForce: () => {
    for (const service of services) service.kill('SIGKILL');
    process.exit(1);
  },
});
// Started by start.mjs under an older Node: when that is gone, we are not wanted any more.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));

const bringUpKafka = async (): Promise<KafkaForStart | number> => {
  try {
    return await kafkaForStart(process.env, say, stop);
  } catch (error) {
    if (stop.aborted) return 0;
    if (!(error instanceof KafkaUnavailable)) throw error;
    complain(error.message);
    return 1;
  }
};

const showWhenHandled = async (
  { bootstrap, beneath }: KafkaForStart,
  ports: MetricsPorts,
  signal: AbortSignal,
): Promise<void> => {
  const handled = await firstEvent({
    metricsUrl: `http://localhost:${ports.consumer}/metrics`,
    signal,
    nowMs: () => performance.now(),
    onLate: (waitedMs) => complain(noEvent({ waitedMs, ports, topics: process.env.KAFKA_TOPICS })),
  });
  if (!handled) return;
  const deadLetterTopic = process.env.DLQ_TOPIC ?? 'DLQ';
  const invalidRatio = invalidRatioOf(process.env);
  say(summary({ bootstrap, ports, deadLetterTopic, invalidRatio, ownKafka: beneath !== null }));
};

const run = async (kafka: KafkaForStart): Promise<number> => {
  const ports = await metricsPorts(process.env.METRICS_PORT);
  const over = new AbortController();
  if (!stop.aborted) {
    say('Starting the producer and the consumer; waiting for the first event to be settled');
    const plans = servicePlans(process.env, kafka.bootstrap, ports);
    for (const plan of plans) services.push(startService(plan, isatty(1)));
    void showWhenHandled(kafka, ports, AbortSignal.any([stop, over.signal]));
  }
  const { beneath } = kafka;
  const code = await supervise({
    services,
    beneath,
    stop,
    stopTimeoutMs: stopTimeoutMs(process.env),
    complain: (line) => {
      over.abort(); // no word of success after this
      complain(line);
    },
  });
  over.abort();
  return code;
};

const taken = await takenMetricsPort(process.env.METRICS_PORT);
if (taken !== null) {
  complain(taken);
  process.exit(1);
}
const kafka = await bringUpKafka();
process.exit(typeof kafka === 'number' ? kafka : await run(kafka));
