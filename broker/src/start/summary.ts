import type { MetricsPorts } from './metrics-ports.ts';

export interface SummaryInput {
  readonly bootstrap: string;
  readonly ports: MetricsPorts;
  readonly deadLetterTopic: string;
  /** The share of the producer's events that is broken on purpose, as it was set. */
  readonly invalidRatio: string;
  /** Whether this Kafka was started here. */
  readonly ownKafka: boolean;
}

const pages = (port: string): string =>
  ['metrics', 'healthz', 'readyz'].map((page) => `http://localhost:${port}/${page}`).join('  ');

/** What a person wants to know once everything runs. The commands can be pasted as they are. */
export const summary = (input: SummaryInput): string => {
  const { bootstrap, ports, deadLetterTopic } = input;
  const address = bootstrap === 'localhost:9092' ? '' : `KAFKA_BOOTSTRAP_SERVERS=${bootstrap} `;
  const percent = `${Number((Number(input.invalidRatio) * 100).toFixed(2))} %`;
  const kafka = input.ownKafka ? `Apache Kafka on ${bootstrap}` : `Kafka on ${bootstrap} (not ours)`;
  const lines = [
    'Everything runs, and the first event is settled.',
    `  Running          ${kafka}, the producer (${percent} of its events broken on purpose), the consumer`,
    '  Metrics, health',
    `    consumer       ${pages(ports.consumer)}`,
    `    producer       ${pages(ports.producer)}`,
    '  Dead letters',
    `    npm run kafka -- kafka-console-consumer --bootstrap-server ${bootstrap} --topic ${deadLetterTopic} --from-beginning`,
    '  One more event',
    `    ${address}EVENT_COUNT=1 METRICS_PORT=0 npm run producer`,
    '  Stop             Ctrl-C',
  ];
  return `\n${lines.join('\n')}\n`;
};
