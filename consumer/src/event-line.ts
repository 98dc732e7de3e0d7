import { createFrequentLines } from '@event-pipeline/runtime/frequent-lines.ts';
import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { LogOutput } from '@event-pipeline/runtime/log-output.ts';
import type { Logger } from 'pino';
import type { Delivery, Source } from './delivery.ts';

export interface EventLines {
  /** Writes the line of a handled event. */
  readonly write: (delivery: Delivery) => void;
  /** Writes the number of those that are not told yet; none is summed up after it. */
  readonly close: () => void;
}

/**
 * The one INFO line that says "handled", exactly one for each handled event. It is put together by hand: a log library's
 * line costs more than all the rest of a record's way. In a terminal, and only there, many lines in one second become
 * one with their number.
 */
export function createEventLines(output: LogOutput, log: Logger): EventLines {
  const lines = createFrequentLines({
    output,
    summary: (events) => log.info({ events }, 'handled more events'),
  });
  const start = createLineStart('info');
  const place = createPlace();
  const types = new Map<string, string>();

  function typeText(eventType: string): string {
    let text = types.get(eventType);
    if (text === undefined) types.set(eventType, (text = `,"eventType":${jsonString(eventType)}`));
    return text;
  }

  function write(delivery: Delivery): void {
    const eventId = delivery.facts?.eventId ?? '';
    const correlationId = delivery.knownCorrelationId;
    const id = jsonString(eventId);
    const correlation =
      correlationId === eventId ? id : correlationId === null ? 'null' : jsonString(correlationId);
    const type = typeText(delivery.facts?.eventType ?? '');
    lines.write(
      `${start()}${correlation},"eventId":${id}${type}${place(delivery.source)}${delivery.offset},"msg":"handled"}\n`,
    );
  }

  return { write, close: lines.close };
}

/** The beginning of a line, up to its correlation id; made once a millisecond. */
export function createLineStart(level: 'info' | 'warn'): () => string {
  let text = '';
  let madeAtMs = 0;
  return () => {
    const nowMs = Date.now();
    if (nowMs !== madeAtMs) {
      madeAtMs = nowMs;
      const time = new Date(nowMs).toISOString();
      text = `{"level":"${level}","time":"${time}","service":"consumer","correlationId":`;
    }
    return text;
  };
}

/** The middle of a line, up to the offset; made when another partition has its turn. */
export function createPlace(): (source: Source) => string {
  let text = '';
  let madeFor: Source | null = null;
  return (source) => {
    if (source !== madeFor) {
      madeFor = source;
      text = `,"topic":"${source.topic}","partition":${source.partition},"offset":`;
    }
    return text;
  };
}
