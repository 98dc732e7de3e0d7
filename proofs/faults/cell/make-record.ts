import type { Random } from './random.ts';

export interface MadeRecord {
  readonly id: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** An array is a header that stands more than once. */
  readonly headers: Readonly<Record<string, Buffer | string | (Buffer | string)[]>>;
  /** Whether it must end as a letter. */
  readonly poison: boolean;
}

const time = '2026-01-01T00:00:00Z';

const event = (id: string, userId: string) => ({
  eventId: id,
  eventType: 'user-deleted',
  eventVersion: '1.0',
  eventTime: time,
  payload: { userId, deletedAt: time },
});

type Spoil = (id: string) => Buffer | null;
const json = (value: unknown): Buffer => Buffer.from(JSON.stringify(value));

/** Values that no consumer can take, each in its own way. */
const spoilt: readonly Spoil[] = [
  (id) => json(event(id, 'u')).subarray(0, -1),
  (id) => Buffer.concat([json(event(id, 'u')), Buffer.from([0xff])]),
  () => null,
  () => Buffer.alloc(0),
  (id) => Buffer.from(`\ufeff${JSON.stringify(event(id, 'u'))}`),
  (id) => json({ ...event(id, 'u'), eventType: 'constructor' }),
  (id) => json({ ...event(id, 'u'), eventVersion: '9.0' }),
  (id) => json({ ...event(id, 'u'), payload: { userId: 7, deletedAt: time } }),
  (id) => json({ ...event(id, 'u'), payload: { deletedAt: time } }),
];

export interface RecordMix {
  readonly poisonRatio: number;
  /** How many different keys there are, Infinity for one a record; one record in twenty has none. */
  readonly keys: number;
  /** The length of one more header; none. */
  readonly paddingBytes?: number;
  /** Not null for the valid events whose handler is to fail for ever: they must end as letters too. */
  readonly fails?: (eventId: string) => number | null;
}

/** Makes up one record; all of it follows from `random` and the id. */
export function makeRecord(id: string, mix: RecordMix, random: Random): MadeRecord {
  const keyNumber = mix.keys === Infinity ? id : random.whole(1, mix.keys);
  const key = random.next() < 0.05 ? null : Buffer.from(`key-${keyNumber}`);
  const headers = {
    'record-id': id,
    ...(random.next() < 0.1 ? { twice: ['one', Buffer.from([1, 255])] } : {}),
    ...(mix.paddingBytes === undefined ? {} : { padding: Buffer.alloc(mix.paddingBytes, 'x') }),
    ...(random.next() < 0.1 ? { bytes: Buffer.from([0xc3, 0x28]) } : {}),
  };
  const poison = random.next() < mix.poisonRatio;
  const value = poison ? random.pick(spoilt)(id) : json(event(id, `user-${keyNumber}`));
  return { id, key, value, headers, poison: poison || (mix.fails?.(id) ?? null) !== null };
}
