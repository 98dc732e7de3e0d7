import { createFrequentLines } from '@event-pipeline/runtime/frequent-lines.ts';
import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { LogOutput } from '@event-pipeline/runtime/log-output.ts';
import { JsonBytes } from '@event-pipeline/schemas/json-bytes.ts';
import type { Logger } from 'pino';
import type { Delivery } from './delivery.ts';
import { createLineStart, createPlace } from './line-parts.ts';

const EVENT_ID = Buffer.from(',"eventId":');
const END = Buffer.from(',"msg":"handled"}\n');

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
  const line = new JsonBytes();
  const start = createLineStart('info');
  const place = createPlace();
  const types = new Map<string, Buffer>();

  function typeBytes(eventType: string): Buffer {
    let bytes = types.get(eventType);
    if (bytes === undefined)
      types.set(eventType, (bytes = Buffer.from(`,"eventType":${jsonString(eventType)}`)));
    return bytes;
  }

  function write(delivery: Delivery): void {
    // One that was given up in the middle has left its beginning.
    line.clear();
    line.raw(start());
    line.text(delivery.knownCorrelationId);
    line.raw(EVENT_ID);
    line.text(delivery.facts?.eventId ?? '');
    line.raw(typeBytes(delivery.facts?.eventType ?? ''));
    line.raw(place(delivery.source));
    line.number(delivery.offset);
    line.raw(END);
    lines.write(line.take());
  }

  return { write, close: lines.close };
}
