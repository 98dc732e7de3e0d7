import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { OutgoingRecord } from './make-records.ts';

/**
 * The line that says that Kafka has acknowledged a record; with the consumer's line about it, by `correlationId`, it
 * tells the record's way. Written by hand, as at full speed pino's line would cost more than the event.
 */
export function sentLine(record: OutgoingRecord, partition: number, time: string): string {
  const { kind, topic, eventId, correlationId } = record;
  return (
    `{"level":"info","time":"${time}","service":"producer","correlationId":${jsonString(correlationId)},` +
    `"eventId":${jsonString(eventId)},"eventType":${jsonString(kind)},"topic":${jsonString(topic)},` +
    `"partition":${partition},"msg":"event sent"}\n`
  );
}
