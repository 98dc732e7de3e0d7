import type { FailureCode } from '@event-pipeline/schemas/codes.ts';

/** A record to be written by a client that is not ours, and what our consumer is to make of it. */
export interface ForeignRecord {
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: readonly (readonly [name: Buffer, value: Buffer | null])[];
  /** Milliseconds; null: the time of sending. */
  readonly timestampMs: number | null;
  readonly outcome: 'handled' | FailureCode;
}

type Changes = Partial<Omit<ForeignRecord, 'outcome'>>;

/** Makes a record whose event has this id. */
export type Make = (eventId: string) => ForeignRecord;

const DEEP = 100_000;
/** What the test sets MAX_RECORD_BYTES to. */
export const MAX_RECORD_BYTES = 1_500_000;
const YEAR_10000_MS = 253_402_300_800_000;

const bytes = (text: string): Buffer => Buffer.from(text);
const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');
const header = (name: string, value: string | Buffer | null) =>
  [bytes(name), value === null ? null : Buffer.from(value as string)] as const;
const headers = (count: number) => Array.from({ length: count }, (_, n) => header(`name-${n}`, `value ${n}`));

const eventTime = '"eventTime":"2026-01-01T00:00:00Z",';
const payload = '"payload":{"userId":"u","deletedAt":"2026-01-01T00:00:00Z"}';
const typed = '"eventType":"user-deleted","eventVersion":"1.0",';

/** A valid event's text; `more` are further members in front of its payload. */
const event = (id: string, more = ''): string => `{"eventId":"${id}",${typed}${eventTime}${more}${payload}}`;

const record = (value: Buffer | string | null, changes: Changes, outcome: ForeignRecord['outcome']) => ({
  key: bytes('key'),
  headers: [],
  timestampMs: null,
  value: typeof value === 'string' ? bytes(value) : value,
  ...changes,
  outcome,
});

/** An ordinary one. */
export const valid: Make = (id) => record(event(id), { key: bytes(`key-${id.length}`) }, 'handled');

const handled = (text: (id: string) => string, changes: Changes = {}): Make => {
  return (id) => record(text(id), changes, 'handled');
};
const refused = (
  code: FailureCode,
  value: (id: string) => Buffer | string | null,
  changes: Changes = {},
): Make => {
  return (id) => record(value(id), changes, code);
};
const wrong = (text: (id: string) => string): Make => refused('INVALID_SCHEMA', text);

const hostileNames = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  '',
  'naïve',
  'a b\n',
  '__proto__',
];
const surrogate = String.raw`\ud800`;
const oddHeaders: Changes = {
  headers: [
    ...hostileNames.map((name) => header(name, name)),
    header('twice', '1'),
    header('twice', null),
    header('twice', '1'),
    header('bytes', latin1('\xff\x00\xfe')),
    header('empty', ''),
    header('correlation-id', latin1('\xff')),
    header('correlation-id', null),
    header('traceparent', 'not one'),
    header('redrive-count', latin1('\xff')),
  ],
};

/** Odd, but events: each is to be handled. */
export const oddEvents: Readonly<Record<string, Make>> = {
  'null key': handled((id) => event(id), { key: null }),
  'empty key': handled((id) => event(id), { key: bytes('') }),
  'key that is not UTF-8': handled((id) => event(id), { key: latin1('\xff\xfe') }),
  'odd headers': handled((id) => event(id), oddHeaders),
  '1 header': handled((id) => event(id), { headers: headers(1) }),
  '1,000 headers': handled((id) => event(id), { headers: headers(1_000) }),
  '20,000 headers': handled((id) => event(id), { headers: headers(20_000) }),
  'hostile members': handled((id) =>
    event(id, '"__proto__":{"eventId":1},"constructor":{"prototype":null},"toString":0,"":"",'),
  ),
  'hostile members of the payload': handled((id) =>
    event(id).replace('"userId"', '"__proto__":{"userId":0},"constructor":7,"hasOwnProperty":[],"userId"'),
  ),
  'a member that stands twice': handled((id) => event(id, `"eventId":"${id}","payload":null,`)),
  '900 KB': handled((id) => event(id, `"extra":"${'x'.repeat(900_000)}",`)),
  'a string of 1 MB': handled((id) => event(id).replace('"u"', `"${'é'.repeat(500_000)}"`)),
  'lone surrogates': handled((id) => event(`${id} ${surrogate}`, `"${surrogate}":"\\udfff",`)),
  'controls in the id': handled((id) => event(String.raw`${id}\r\n\u0000\u007f\u2028%é`)),
  'an id of 2 KiB': handled((id) => event(`${id}${'é'.repeat(1_024)}`)),
  'numbers beyond 2^53': handled((id) => event(id, '"n":9007199254740993,"m":1e400,"z":-0,"d":0.10,')),
  'nesting, 100,000 deep': handled((id) => event(id, `"deep":${'['.repeat(DEEP)}${']'.repeat(DEEP)},`)),
  'objects, 100,000 deep': handled((id) => event(id, `"deep":${'{"a":'.repeat(DEEP)}1${'}'.repeat(DEEP)},`)),
  'white space': handled((id) => ` \r\n\t${event(id).replaceAll(':{', ' :\n{ ')} \n`),
  'no eventTime': handled((id) => ` {\n "eventId":"${id}",${typed}${payload}}`),
  'no eventTime, 1970': handled((id) => event(id).replace(eventTime, ''), { timestampMs: 0 }),
  'no eventTime, 2100': handled((id) => event(id).replace(eventTime, ''), { timestampMs: 4_102_444_800_000 }),
  'year 10,000': handled((id) => event(id), { timestampMs: YEAR_10000_MS }),
  'no eventTime of its own': handled((id) =>
    event(id).replace(eventTime, '"__proto__":{"eventTime":"2026-01-01T00:00:00Z"},'),
  ),
};

/** No events, or none that a handler takes: each is to have a letter with its code. */
export const poison: Readonly<Record<string, Make>> = {
  tombstone: refused('EMPTY_VALUE', () => null),
  'tombstone of a null key': refused('EMPTY_VALUE', () => null, { key: null, ...oddHeaders }),
  'empty value': refused('EMPTY_VALUE', () => bytes(''), { key: bytes('') }),
  'empty value, 20,000 headers': refused('EMPTY_VALUE', () => bytes(''), { headers: headers(20_000) }),
  'not UTF-8': refused('INVALID_UTF8', (id) => latin1(event(`${id} \xff`)), oddHeaders),
  'UTF-16': refused('INVALID_UTF8', (id) => Buffer.from(`\ufeff${event(id)}`, 'utf16le')),
  'a surrogate in bytes': refused('INVALID_UTF8', (id) => latin1(event(`${id} \xed\xa0\x80`))),
  'a cut character': refused('INVALID_UTF8', () => latin1('"\xc3'), { key: latin1('\xff') }),
  '900 KB that are not UTF-8': refused('INVALID_UTF8', () => Buffer.alloc(900_000, 0xff)),
  'byte order mark': refused('INVALID_JSON', (id) => `\ufeff${event(id)}`),
  NaN: refused('INVALID_JSON', (id) => event(id, '"n":NaN,')),
  'a cut event': refused('INVALID_JSON', (id) => event(id).slice(0, -1)),
  'two events': refused('INVALID_JSON', (id) => event(id) + event(id)),
  'a raw control': refused('INVALID_JSON', (id) => event(`${id}\n\u009b31m`)),
  'wire format': refused('INVALID_JSON', (id) => `\0\0\0\0\x07${event(id)}`),
  'brackets, 100,000 deep': refused('INVALID_JSON', () => '['.repeat(DEEP)),
  'no members': refused('MISSING_REQUIRED_FIELD', () => '{}'),
  'an event in __proto__': refused('MISSING_REQUIRED_FIELD', (id) => `{"__proto__":${event(id)}}`),
  'no userId': refused('MISSING_REQUIRED_FIELD', (id) => event(id).replace('"userId":"u",', '')),
  'userId in __proto__': refused('MISSING_REQUIRED_FIELD', (id) =>
    event(id).replace('"userId":"u",', '"__proto__":{"userId":"u"},'),
  ),
  'no eventTime, year 10,000': refused('MISSING_REQUIRED_FIELD', (id) => event(id).replace(eventTime, ''), {
    timestampMs: YEAR_10000_MS,
  }),
  null: wrong(() => 'null'),
  'a list': wrong(() => '[]'),
  'a number beyond 2^53': wrong((id) => event(id).replace(`"${id}"`, '9007199254740993')),
  'a wrong time': wrong((id) => event(id).replaceAll('2026-01-01', '2026-02-30')),
  'eventTime null': wrong((id) =>
    event(id).replace('"eventTime":"2026-01-01T00:00:00Z"', '"eventTime":null'),
  ),
  'a payload, 100,000 deep': wrong((id) =>
    event(id).replace(payload, `"payload":${'['.repeat(DEEP)}${']'.repeat(DEEP)}`),
  ),
  'type __proto__': refused('UNKNOWN_EVENT_TYPE', (id) => event(id).replace('user-deleted', '__proto__')),
  'type constructor': refused('UNKNOWN_EVENT_TYPE', (id) => event(id).replace('user-deleted', 'constructor')),
  'type of 900 KB': refused('UNKNOWN_EVENT_TYPE', (id) =>
    event(id).replace('user-deleted', 'é'.repeat(450_000)),
  ),
  'version __proto__': refused('UNSUPPORTED_VERSION', (id) => event(id).replace('1.0', '__proto__')),
  '2 MB': refused('RECORD_TOO_LARGE', (id) => event(id, `"extra":"${'x'.repeat(2_000_000)}",`), oddHeaders),
  'what the target refuses': refused('HANDLER_REJECTED', (id) => event(`rejected ${id}`), oddHeaders),
  'what the target fails at': refused('RETRIES_EXHAUSTED', (id) => event(`failing ${id}`), { key: null }),
};
