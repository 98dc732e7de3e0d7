import type { Check, LogRecord } from './evidence.ts';
import { few, placeOf } from './settling.ts';

interface Encoded {
  readonly value: string | null;
  readonly encoding: 'utf8' | 'base64' | null;
}

/**
 * I9: a letter that is not shrunk holds the record's bytes, key, headers and time as they are in the log; each says where
 * it is from.
 */
export const lettersAreWhole: Check = ({ letters, log }) => {
  const records = new Map(log.map((record) => [placeOf(record), record]));
  return few(
    'I9',
    letters.flatMap((letter) => {
      const told = JSON.parse(String(letter.value)) as Record<string, unknown>;
      const from = `${told['topic'] as string}/${told['partition'] as number}@${told['offset'] as number}`;
      const record = records.get(from);
      if (record === undefined) return [`a letter is about ${from}, where there is no record`];
      if (told['shrunk'] === true) return [];
      const [expected, found] = [describe(record), describe(rebuild(record, told['original']))];
      return expected === found ? [] : [`the letter of ${from} holds ${found}, not ${expected}`];
    }),
  );
};

function rebuild(place: LogRecord, original: unknown): LogRecord {
  const { key, keyEncoding, value, valueEncoding, headers, timestamp } = original as {
    key: string | null;
    keyEncoding: Encoded['encoding'];
    value: string | null;
    valueEncoding: Encoded['encoding'];
    headers: (Encoded & { name: string })[];
    timestamp: number;
  };
  return {
    ...place,
    key: decode({ value: key, encoding: keyEncoding }),
    value: decode({ value, encoding: valueEncoding }),
    headers: headers.map((header) => ({ name: header.name, value: decode(header) })),
    timestampMs: timestamp,
  };
}

const decode = ({ value, encoding }: Encoded): Buffer | null =>
  value === null || encoding === null ? null : Buffer.from(value, encoding);

/** Headers of different names have no order that every client keeps; those of one name have. */
function describe({ key, value, headers, timestampMs }: LogRecord): string {
  const sorted = headers
    .map((header, index) => ({ ...header, index }))
    .toSorted((a, b) => a.name.localeCompare(b.name) || a.index - b.index)
    .map((header) => [header.name, header.value?.toString('hex') ?? null]);
  return JSON.stringify([key?.toString('hex') ?? null, value?.toString('hex') ?? null, sorted, timestampMs]);
}
