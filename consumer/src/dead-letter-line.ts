import { jsonString } from '@event-pipeline/runtime/json-string.ts';
import type { LogOutput } from '@event-pipeline/runtime/log-output.ts';
import type { Delivery } from './delivery.ts';
import { createLineStart, createPlace } from './event-line.ts';
import type { Failure } from './outcome.ts';

/** The WARN line of a letter that is written. It is put together by hand, and is what the log would write. */
export function createLetterLines(
  output: Pick<LogOutput, 'write'>,
): (delivery: Delivery, failure: Failure) => void {
  const start = createLineStart('warn');
  const place = createPlace();
  return (delivery, failure) => {
    const { knownCorrelationId, facts, source, offset, attempts } = delivery;
    const { stage, code, reason, pointer } = failure;
    output.write(
      `${start()}${textOrNull(knownCorrelationId)},"eventId":${textOrNull(facts?.eventId)}` +
        `,"eventType":${textOrNull(facts?.eventType)}${place(source)}${offset}` +
        `,"stage":"${stage}","code":"${code}","reason":${jsonString(reason)},"pointer":${textOrNull(pointer)}` +
        `,"attempts":${attempts},"msg":"dead letter written"}\n`,
    );
  };
}

function textOrNull(text: string | null | undefined): string {
  return typeof text === 'string' ? jsonString(text) : 'null';
}
