import type { Mark } from '../preload/ledger-line.ts';
import type { Position, Step } from './evidence.ts';

/** Reads a ledger; a last line that a kill cut short is left out. */
export function readLedger(text: string): Step[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map(readLine);
}

const nothing = { partition: '', offset: -1, text: '', positions: [], partitions: [] };

function readLine(line: string): Step {
  const [mark, us, ...fields] = line.split('\t') as [Mark, string, ...string[]];
  const step = { ...nothing, mark, us: Number(us) };
  switch (mark) {
    case 'B':
    case 'H':
    case 'F':
    case 'D':
    case 'L':
    case 'N':
    case 'W': {
      const [topic, partition, offset, text = ''] = fields;
      return { ...step, partition: `${topic}/${partition}`, offset: Number(offset), text };
    }
    case 'C':
      return { ...step, positions: fields.map(readPosition) };
    case 'A':
      return { ...step, text: fields[0] ?? '', positions: fields.slice(1).map(readPosition) };
    case 'P':
    case 'R':
    case 'X':
      return { ...step, partitions: fields };
    case 'K':
    case 'S':
    case 'G':
    case 'M':
      return { ...step, text: fields.join(' ') };
  }
}

function readPosition(text: string): Position {
  const metadataAt = text.indexOf(':', text.indexOf(':') + 1);
  const [partition = '', offset] = text.slice(0, metadataAt).split(':');
  const low = Number(offset);
  const metadata = text.slice(metadataAt + 1);
  return { partition, offset: low, ranges: readRanges(low, metadata), topicId: topicIdIn(metadata) };
}

/** The id of the topic that a commit's metadata name; null where they name none. */
export function topicIdIn(metadata: string): string | null {
  return /;topic-id:([0-9a-f]+)$/.exec(metadata)?.[1] ?? null;
}

/**
 * Ranges of a commit's metadata: `settled-v1:` and in base64 pairs of varints, the distance from the end of the range
 * before (at first from the position) and the length less one. What follows a semicolon is of the topic.
 */
function readRanges(low: number, metadata: string): Position['ranges'] {
  const form = 'settled-v1:';
  if (!metadata.startsWith(form)) return [];
  const numbers: number[] = [];
  let [value, scale] = [0, 1];
  const [ranges = ''] = metadata.slice(form.length).split(';');
  for (const byte of Buffer.from(ranges, 'base64')) {
    value += (byte & 127) * scale;
    scale *= 128;
    if (byte > 127) continue;
    numbers.push(value);
    [value, scale] = [0, 1];
  }
  const found: { first: number; last: number }[] = [];
  for (let end = low, at = 0; at + 1 < numbers.length; at += 2) {
    const first = end + (numbers[at] as number);
    const last = first + (numbers[at + 1] as number);
    found.push({ first, last });
    end = last + 1;
  }
  return found;
}
