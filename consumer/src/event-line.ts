import { createFrequentLines } from '@event-pipeline/runtime/frequent-lines.ts';
import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { LogOutput } from '@event-pipeline/runtime/log-output.ts';
import type { Logger } from 'pino';
import type { Delivery } from './delivery.ts';

/**
 * The one INFO line that says "handled", exactly one for each handled event. It is put together by hand: a log library's
 * line costs more than all the rest of a record's way. In a terminal, and only there, many lines in one second become
 * one with their number.
 */
export function createEventLines(output: LogOutput, log: Logger): (delivery: Delivery) => void {
  const lines = createFrequentLines({
    output,
    summary: (events) => log.info({ events }, 'handled more events'),
  });
  let time = '';
  let timeMs = 0;

  function timeText(): string {
    const now = Date.now();
    if (now !== timeMs) {
      timeMs = now;
      time = new Date(now).toISOString();
    }
    return time;
  }

  return (delivery) => {
    const { facts } = delivery;
    const correlationId = delivery.knownCorrelationId;
    lines.write(
      `{"level":"info","time":"${timeText()}","service":"consumer"` +
        `,"correlationId":${correlationId === null ? 'null' : jsonString(correlationId)}` +
        `,"eventId":${jsonString(facts?.eventId ?? '')},"eventType":${jsonString(facts?.eventType ?? '')}` +
        `,"topic":"${delivery.topic}","partition":${delivery.partition},"offset":${delivery.offset},"msg":"handled"}\n`,
    );
  };
}
