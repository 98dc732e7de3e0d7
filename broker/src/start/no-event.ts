import type { MetricsPorts } from './metrics-ports.ts';

export interface NoEventInput {
  readonly waitedMs: number;
  readonly ports: MetricsPorts;
  /** What KAFKA_TOPICS is set to: the topics that the consumer reads instead of those that the producer writes. */
  readonly topics: string | undefined;
}

/** What a person does who waits for the first event in vain. */
export const noEvent = ({ waitedMs, ports, topics }: NoEventInput): string => {
  const lines = [
    `No event was settled for ${Math.round(waitedMs / 1_000)} s. What they wait for:`,
    `  curl http://localhost:${ports.producer}/readyz    the producer`,
    `  curl http://localhost:${ports.consumer}/readyz    the consumer`,
  ];
  if (topics !== undefined && topics !== '')
    lines.push(
      `The producer writes to kafka-topics1 and kafka-topics2; KAFKA_TOPICS makes the consumer read ${topics}.`,
    );
  return lines.join('\n');
};
