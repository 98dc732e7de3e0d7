import { TOPIC_ID_CHARS } from './commit-metadata.ts';

/** Offsets that are settled above the low-water mark: from `first` to `last`, both included. */
export interface SettledRange {
  readonly first: number;
  readonly last: number;
}

/**
 * Brokers take 4,096 bytes of commit metadata unless `offset.metadata.max.bytes` says otherwise; the topic's id has its
 * place in them.
 */
const METADATA_MAX_BYTES = 4_096 - TOPIC_ID_CHARS;

/** Marks the form, so that a later one, or another program's metadata, is not misread. */
const FORM = 'settled-v1:';

/** What metadata of that length can carry, in base64. */
const ROOM_BYTES = Math.floor((METADATA_MAX_BYTES - FORM.length) / 4) * 3;

/**
 * Ranges above `low` as commit metadata: each range is two varints, the distance from the end of the one before
 * (or from `low`) and its length less one, in base64.
 * @returns the text of as many as fit, the lowest first; '' where there are none.
 */
export function encodeRanges(low: number, ranges: readonly SettledRange[]): string {
  const bytes: number[] = [];
  let end = low;
  for (const { first, last } of ranges) {
    const before = bytes.length;
    writeVarint(bytes, first - end);
    writeVarint(bytes, last - first);
    if (bytes.length > ROOM_BYTES) {
      bytes.length = before;
      break;
    }
    end = last + 1;
  }
  return bytes.length === 0 ? '' : FORM + Buffer.from(bytes).toString('base64');
}

/**
 * Whether so many ranges within `span` offsets fit into a commit's metadata wherever they lie. Each is two numbers, and no
 * number has more bytes than the span's; nor are they all that long, as together they are no more than the span, and a
 * number takes another byte for each 128 (and 128 × 128 …) in it only.
 */
export function fitsMetadata(ranges: number, span: number): boolean {
  const numbers = ranges * 2;
  return Math.min(numbers * varintBytes(span), numbers + span / 127) <= ROOM_BYTES;
}

/**
 * The ranges that a commit's metadata carries. Text that is not ours, or damaged, gives none: the records it spoke of
 * are handled again, none is skipped.
 */
export function decodeRanges(low: number, text: string | null): SettledRange[] {
  if (text === null || !text.startsWith(FORM)) return [];
  const bytes = Buffer.from(text.slice(FORM.length), 'base64');
  const ranges: SettledRange[] = [];
  let position = 0;
  let end = low;
  while (position < bytes.length) {
    const gap = readVarint(bytes, position);
    const length = gap === null ? null : readVarint(bytes, gap.next);
    if (gap === null || length === null) return [];
    const first = end + gap.value;
    const last = first + length.value;
    if (!Number.isSafeInteger(last)) return [];
    ranges.push({ first, last });
    end = last + 1;
    position = length.next;
  }
  return ranges;
}

function writeVarint(bytes: number[], value: number): void {
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  bytes.push(rest);
}

function varintBytes(value: number): number {
  let bytes = 1;
  for (let rest = value; rest > 127; rest = Math.floor(rest / 128)) bytes += 1;
  return bytes;
}

function readVarint(bytes: Buffer, start: number): { value: number; next: number } | null {
  let value = 0;
  let scale = 1;
  for (let position = start; position < bytes.length && position < start + 8; position += 1) {
    const byte = bytes[position] as number;
    value += (byte % 128) * scale;
    if (byte < 128) return { value, next: position + 1 };
    scale *= 128;
  }
  return null;
}
