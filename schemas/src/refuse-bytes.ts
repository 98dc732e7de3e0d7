import { isCutOff } from './cut-off.ts';
import { refuseBytes, type Refusal } from './refusal.ts';

const wireFormatBytes = 5;
const CUT_OFF = ': it ends within a string, an object or an array';

/** Refuses bytes that are not UTF-8. */
export function refuseText(value: Buffer): Refusal {
  return refuseBytes('INVALID_UTF8', `The value is not UTF-8${hint(value)}.`);
}

/** Refuses text that was cut off (see cut-off.ts). */
export function refuseCutOff(value: Buffer): Refusal {
  return refuseBytes('INVALID_JSON', `The value is not JSON${hint(value) || CUT_OFF}.`);
}

/** Refuses text that is not JSON. The parser's message quotes the text, so only the place is taken from it. */
export function refuseJson(value: Buffer, error: unknown): Refusal {
  // Whether it was looked at before depends on what came before, and the verdict must not.
  if (isCutOff(value, 0, value.length)) return refuseCutOff(value);
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  let where = position === undefined ? '' : `: there is an error at character ${position}`;
  if (message.startsWith('Unexpected end')) where = ': it ends too early';
  return refuseBytes('INVALID_JSON', `The value is not JSON${hint(value) || where}.`);
}

/** What the first bytes say about how the value came to be what it is. */
function hint(value: Buffer): string {
  if (value[0] === 0xef && value[1] === 0xbb && value[2] === 0xbf)
    return ': it begins with a byte order mark';
  if (value[0] !== 0 || value.length < wireFormatBytes) return '';
  // docs.confluent.io, "Wire format": a zero byte, then the schema's id in four bytes.
  return `: it begins like Confluent's wire format (a zero byte and the schema id ${value.readUInt32BE(1)}); plain JSON is expected`;
}
