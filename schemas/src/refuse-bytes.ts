import { refuseBytes, type Refusal } from './refusal.ts';

const wireFormatBytes = 5;

/** Refuses bytes that are not UTF-8. */
export function refuseText(value: Buffer): Refusal {
  return refuseBytes('INVALID_UTF8', `The value is not UTF-8${hint(value)}.`);
}

/** Refuses text that is not JSON. The parser's message quotes the text, so only the place is taken from it. */
export function refuseJson(value: Buffer, error: unknown): Refusal {
  const message = error instanceof Error ? error.message : '';
  const position = /at position (\d+)/.exec(message)?.[1];
  let where = position === undefined ? '' : `: there is an error at character ${position}`;
  if (message.startsWith('Unexpected end')) where = ': it ends too early';
  return refuseBytes('INVALID_JSON', `The value is not JSON${hint(value) || where}.`);
}

const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Whether the bytes begin as an object and do not end as one, which is what is left of JSON that was cut off. The parser would
 * say so too, by an error that costs more than many values that are good.
 */
export function isCutOff(bytes: Uint8Array, start: number, end: number): boolean {
  if (bytes[end - 1] === CLOSING_BRACE) return false;
  let first = start;
  while (first < end && isBlank(bytes[first])) first += 1;
  if (bytes[first] !== OPENING_BRACE) return false;
  let last = end - 1;
  while (isBlank(bytes[last])) last -= 1;
  return bytes[last] !== CLOSING_BRACE;
}

/** What JSON takes for white space (RFC 8259, section 2). */
function isBlank(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d;
}

/** Refuses what `isCutOff`. */
export function refuseCutOff(): Refusal {
  return refuseBytes('INVALID_JSON', 'The value is not JSON: it begins with { and does not end with }.');
}

/** What the first bytes say about how the value came to be what it is. */
function hint(value: Buffer): string {
  if (value[0] === 0xef && value[1] === 0xbb && value[2] === 0xbf)
    return ': it begins with a byte order mark';
  if (value[0] !== 0 || value.length < wireFormatBytes) return '';
  // docs.confluent.io, "Wire format": a zero byte, then the schema's id in four bytes.
  return `: it begins like Confluent's wire format (a zero byte and the schema id ${value.readUInt32BE(1)}); plain JSON is expected`;
}
