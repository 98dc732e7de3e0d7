import { fingerprint } from '../fingerprint.ts';
import type { Evidence, Life, LogRecord } from './evidence.ts';
import { readLedger } from './read-ledger.ts';
import { stepPlace } from './settling.ts';

/** Evidence made up for tests: what is given, over a cell in which nothing was written and nothing happened. */
export function evidence(given: Partial<Evidence>): Evidence {
  return {
    written: [],
    log: [],
    ends: new Map(),
    committed: new Map(),
    commitLooks: [],
    lives: [],
    calm: [],
    outages: [],
    healthLooks: [],
    rests: [],
    letters: [],
    gone: [],
    targetTaken: null,
    complaints: [],
    policy: {
      maxRetries: 1,
      backoffBaseMs: 100,
      backoffMaxMs: 1_000,
      maxConcurrency: 4,
      handlerTimeoutMs: 1_000,
      sessionMs: 6_000,
      rssMaxBytes: 5e8,
    },
    ...given,
  };
}

/** A process with this ledger, given as lines with blanks for tabs and milliseconds for its times. */
export function life(name: string, ledger: string, given: Partial<Life> = {}): Life {
  const lines = ledger
    .trim()
    .split('\n')
    .map((line) => {
      const [mark, ms, ...fields] = line.trim().split(' ');
      return [mark, Number(ms) * 1e3, ...fields].join('\t');
    });
  const steps = readLedger(`${lines.join('\n')}\n`);
  const handledLines = new Map<string, number>();
  for (const step of steps) {
    const place = stepPlace(step);
    if (step.mark === 'H') handledLines.set(place, (handledLines.get(place) ?? 0) + 1);
  }
  return { name, steps, killedUs: null, stops: [], metrics: null, samples: [], handledLines, ...given };
}

/** Records of one partition, `t/0`, with the value `v<offset>` and one key. */
export function log(count: number): LogRecord[] {
  return Array.from({ length: count }, (_, offset) => ({
    topic: 't',
    partition: 0,
    offset,
    key: Buffer.from('k'),
    value: Buffer.from(`v${offset}`),
    headers: [{ name: 'record-id', value: Buffer.from(`r${offset}`) }],
    timestampMs: 1_000 + offset,
  }));
}

/** What the writer says of such records. */
export function written(count: number, poison: readonly number[] = []): Evidence['written'] {
  return log(count).map(({ offset, value }) => ({
    id: `r${offset}`,
    topic: 't',
    status: 'ok' as const,
    poison: poison.includes(offset),
    fingerprint: fingerprint(value),
    us: 0,
  }));
}

/** The line of a handler that succeeded on such a record. */
export function handled(ms: number, offset: number): string {
  return `H ${ms} t 0 ${offset} ${fingerprint(Buffer.from(`v${offset}`))}`;
}

/** The letter of such a record, with `changes` in its original. */
export function letter(offset: number, changes: object = {}): LogRecord {
  const original = {
    key: 'k',
    keyEncoding: 'utf8',
    value: `v${offset}`,
    valueEncoding: 'utf8',
    headers: [{ name: 'record-id', value: `r${offset}`, encoding: 'utf8' }],
    timestamp: 1_000 + offset,
    ...changes,
  };
  const value = Buffer.from(JSON.stringify({ topic: 't', partition: 0, offset, original }));
  return { topic: 'dlq', partition: 0, offset, key: null, value, headers: [], timestampMs: 0 };
}
