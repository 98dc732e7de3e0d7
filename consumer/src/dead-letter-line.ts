import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { LogOutput } from '@event-pipeline/runtime/log-output.ts';
import { createFailureMemory } from '@event-pipeline/schemas/failure-memory.ts';
import { JsonBytes } from '@event-pipeline/schemas/json-bytes.ts';
import type { Delivery } from './delivery.ts';
import { createLineStart, createPlace } from './line-parts.ts';
import type { Failure } from './outcome.ts';

const EVENT_ID = Buffer.from(',"eventId":');
const EVENT_TYPE = Buffer.from(',"eventType":');
const END = Buffer.from(',"msg":"dead letter written"}\n');

/** The WARN line of a letter that is written. It is put together by hand, and is what the log would write. */
export function createLetterLines(
  output: Pick<LogOutput, 'write'>,
): (delivery: Delivery, failure: Failure) => void {
  const line = new JsonBytes();
  const start = createLineStart('warn');
  const place = createPlace();
  const why = createFailureMemory(({ stage, code, reason, pointer }) => {
    const pointed = pointer === null ? 'null' : jsonString(pointer);
    return Buffer.from(
      `,"stage":"${stage}","code":"${code}","reason":${jsonString(reason)},"pointer":${pointed},"attempts":`,
    );
  });
  return (delivery, failure) => {
    const { knownCorrelationId, facts, source, offset, attempts } = delivery;
    // One that was given up in the middle has left its beginning.
    line.clear();
    line.raw(start());
    line.text(knownCorrelationId);
    line.raw(EVENT_ID);
    line.text(facts?.eventId ?? null);
    line.raw(EVENT_TYPE);
    line.text(facts?.eventType ?? null);
    line.raw(place(source));
    line.number(offset);
    line.raw(why(failure));
    line.number(attempts);
    line.raw(END);
    output.write(line.take());
  };
}
