import { createHash } from 'node:crypto';
import type { Check, Evidence, LogRecord } from './evidence.ts';
import { few, placeOf, stepPlace } from './settling.ts';

/** In which brokers come to know a limit, and a letter that was refused whole is sent as a shrunk one. */
const SLACK_US = 1.5e6;

interface Digest {
  readonly sha256: string;
  readonly bytes: number | null;
}

/**
 * I9, for letters that are shrunk: there was no room for the whole one when it was sent, or the record itself was too
 * large; and each part that is cut has the digest of what the log holds.
 */
export const shrunkForACause: Check = (evidence) => {
  const records = new Map(evidence.log.map((record) => [placeOf(record), record]));
  const sent = lastSendings(evidence);
  // Where all letters were refused, one that was too large whole may be taken shrunk as the brokers come round.
  const rooms = evidence.outages.filter(({ kind }) => kind === 'room' || kind === 'letters');
  const problems = evidence.letters.flatMap(({ value }) => {
    const letter = JSON.parse(String(value)) as Record<string, unknown>;
    if (letter['shrunk'] !== true) return [];
    const from = `${letter['topic'] as string}/${letter['partition'] as number}@${letter['offset'] as number}`;
    const inTime = sent
      .get(from)
      ?.some((us) => rooms.some(({ fromUs, healedUs }) => us >= fromUs && us <= healedUs + SLACK_US));
    const { cut } = letter['original'] as { cut: Record<'value' | 'key' | 'headers', Digest | null> };
    const record = records.get(from);
    return [
      ...(inTime === true || letter['code'] === 'RECORD_TOO_LARGE'
        ? []
        : [`the letter of ${from} is shrunk, and there was room for it`]),
      ...(record === undefined
        ? []
        : wrongParts(record, cut).map((part) => `the letter of ${from} has a wrong digest of the ${part}`)),
    ];
  });
  return few('I9', problems);
};

/** By place, when a letter was sent that was acknowledged: the last sending before that. */
function lastSendings({ lives }: Evidence): Map<string, number[]> {
  const all = new Map<string, number[]>();
  for (const { steps } of lives) {
    const open = new Map<string, number>();
    for (const step of steps) {
      const place = stepPlace(step);
      if (step.mark === 'L') open.set(place, step.us);
      else if (step.mark === 'W') all.set(place, [...(all.get(place) ?? []), open.get(place) ?? 0]);
    }
  }
  return all;
}

function wrongParts(
  { key, value, headers }: LogRecord,
  cut: Record<'value' | 'key' | 'headers', Digest | null>,
): string[] {
  const parts = { key, value, headers: headersOnWire(headers) };
  return (['key', 'value', 'headers'] as const).filter((part) => {
    const digest = cut[part];
    if (digest === null) return false;
    const bytes = parts[part] ?? Buffer.alloc(0);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    return digest.sha256 !== sha256 || (digest.bytes !== null && digest.bytes !== bytes.length);
  });
}

/** As in Kafka's record format: lengths as zigzag varints, each before its bytes. */
function headersOnWire(headers: LogRecord['headers']): Buffer {
  return Buffer.concat(
    headers.flatMap(({ name, value }) => {
      const nameBytes = Buffer.from(name);
      const start = [zigzag(nameBytes.length), nameBytes];
      return value === null ? [...start, zigzag(-1)] : [...start, zigzag(value.length), value];
    }),
  );
}

function zigzag(value: number): Buffer {
  const bytes: number[] = [];
  let left = value < 0 ? -2 * value - 1 : 2 * value;
  for (; left >= 128; left = Math.floor(left / 128)) bytes.push((left % 128) | 128);
  return Buffer.from([...bytes, left]);
}
