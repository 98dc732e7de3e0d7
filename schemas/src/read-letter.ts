import { decodeText } from './decode-text.ts';
import { decodeBytes } from './encode-bytes.ts';
import type { Letter } from './letter.ts';
import type { RecordHeader } from './record-header.ts';

/** A record as it was before it became a letter. */
export interface OriginalRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly RecordHeader[];
  readonly timestampMs: number;
}

/** The letter in a record's value; null where it holds none: anyone can write to the dead letter topic. */
export function readLetter(value: Buffer | null): Letter | null {
  const text = value === null ? null : decodeText(value);
  if (text === null) return null;
  let letter: unknown;
  try {
    letter = JSON.parse(text);
  } catch {
    return null;
  }
  return isLetter(letter) ? letter : null;
}

/** Rebuilds the record bit for bit; null where the value is no letter, or one that lacks a part of the record. */
export function rebuildOriginal(letterValue: Buffer | null): OriginalRecord | null {
  const original = readLetter(letterValue)?.original;
  if (original === undefined) return null;
  const { cut } = original;
  if (cut !== undefined && (cut.key !== null || cut.value !== null || cut.headers !== null)) return null;
  const key = decodeBytes(original.key, original.keyEncoding);
  const value = decodeBytes(original.value, original.valueEncoding);
  if (key === undefined || value === undefined) return null;
  const headers: RecordHeader[] = [];
  for (const { name, value: text, encoding } of original.headers) {
    const bytes = decodeBytes(text, encoding);
    if (bytes === undefined) return null;
    headers.push({ name, value: bytes });
  }
  return { key, value, headers, timestampMs: original.timestamp };
}

const texts = ['topic', 'error', 'timestamp', 'stage', 'code', 'firstFailedAt', 'group'];
const numbers = ['partition', 'offset', 'attempts'];
const textsOrNulls = ['key', 'pointer', 'schema', 'eventId', 'eventType', 'correlationId'];

function isLetter(value: unknown): value is Letter {
  if (!isObject(value) || !isObject(value['original'])) return false;
  const { headers, timestamp, cut } = value['original'];
  return (
    texts.every((name) => typeof value[name] === 'string') &&
    numbers.every((name) => Number.isSafeInteger(value[name])) &&
    textsOrNulls.every((name) => value[name] === null || typeof value[name] === 'string') &&
    typeof timestamp === 'number' &&
    (cut === undefined || isObject(cut)) &&
    Array.isArray(headers) &&
    headers.every((header) => isObject(header) && typeof header['name'] === 'string')
  );
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
