import { createHash } from 'node:crypto';

/** A record that is to be written, always the same for the same options. */
export interface BenchEvent {
  readonly key: string;
  readonly eventId: string;
  readonly value: string;
  readonly headers: Readonly<Record<string, string>>;
}

export interface EventsOptions {
  readonly count: number;
  /** The size of the value; events that are smaller by themselves are padded with words. */
  readonly valueBytes: number;
  /** Distinct keys; 10,000 unless given. */
  readonly keys?: number;
  /** Headers of each record; 1, the correlation id, unless given. */
  readonly headers?: number;
  /** The part of the records that are refused, spread evenly; 0 unless given. */
  readonly poison?: number;
}

const SOME_TIME = Date.UTC(2026, 10, 24);
const WORDS = 'lorem ipsum dolor sit amet consetetur sadipscing elitr sed diam nonumy eirmod tempor'.split(
  ' ',
);

/** Makes events of the four types, or of the two smallest where values are to be small. */
export function makeEvents(options: EventsOptions): BenchEvent[] {
  return Array.from({ length: options.count }, (_, index) => makeEvent(index, options));
}

function makeEvent(index: number, options: EventsOptions): BenchEvent {
  const { keys = 10_000, headers = 1, poison = 0, valueBytes } = options;
  const eventId = idOf(index);
  const time = new Date(SOME_TIME + index * 7).toISOString();
  const entity = `e-${(index * 7919) % keys}`;
  const { eventType, payload } = eventOf(index, entity, time, valueBytes);
  const envelope = { eventId, eventType, eventVersion: '1.0', eventTime: time, payload };
  const whole = pad(JSON.stringify(envelope), valueBytes, index);
  const poisonBefore = Math.floor(index * poison);
  const isPoison = Math.floor((index + 1) * poison) > poisonBefore;
  return {
    key: entity,
    eventId,
    value: isPoison ? spoil(whole, poisonBefore) : whole,
    headers: Object.fromEntries(Array.from({ length: headers }, (_, n) => headerOf(n, eventId))),
  };
}

function eventOf(index: number, entity: string, time: string, valueBytes: number) {
  const kind = index % (valueBytes < 300 ? 2 : 4);
  switch (kind) {
    case 0:
      return { eventType: 'user-deleted', payload: { userId: entity, deletedAt: time } };
    case 1:
      return { eventType: 'file-removed', payload: { fileId: entity, userId: 'u-1', removedAt: time } };
    case 2:
      return {
        eventType: 'file-added',
        payload: { fileId: entity, userId: `u-${index % 500}`, addedAt: time },
      };
    default: {
      const user = { user_id: entity, username: `user ${entity}`, email: `${entity}@example.org` };
      return {
        eventType: 'user-created',
        payload: { ...user, createdAt: time, roles: ['viewer', 'editor'] },
      };
    }
  }
}

/** A field that no schema knows, which is taken: words, so that compression finds what it finds in text. */
function pad(json: string, valueBytes: number, index: number): string {
  const missing = valueBytes - json.length - ',"note":""'.length;
  if (missing <= 0) return json;
  let note = '';
  for (let n = index; note.length < missing; n = (n * 1_103_515_245 + 12_345) % 2_147_483_648) {
    note += `${WORDS[(n >>> 8) % WORDS.length]} `;
  }
  return `${json.slice(0, -2)},"note":"${note.slice(0, missing)}"}}`;
}

function spoil(value: string, kind: number): string {
  switch (kind % 4) {
    case 0:
      return value.slice(0, -1);
    case 1:
      return value.replace('"eventId"', '"id"');
    case 2:
      return value.replace(/"eventType":"[a-z-]+"/, '"eventType":"file-burnt"');
    default:
      return value.replace(/At":"[^"]+"/, 'At":"yesterday"');
  }
}

function headerOf(n: number, eventId: string): [string, string] {
  const headers: [string, string][] = [
    ['correlation-id', eventId],
    ['traceparent', `00-${eventId.replaceAll('-', '')}-00f067aa0ba902b7-01`],
    ['content-type', 'application/json'],
    ['source', 'bench'],
    ['schema-version', '1.0'],
  ];
  return headers[n] ?? [`header-${n}`, eventId];
}

/** A UUID that is always the same for the same number. */
function idOf(index: number): string {
  const hex = createHash('md5').update(String(index)).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20)}`;
}
