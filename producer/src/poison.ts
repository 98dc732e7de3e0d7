/** An event before it becomes bytes; poison takes what it likes from it. */
export interface EventBody {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventVersion: string;
  readonly eventTime: string;
  readonly payload: object;
}

type Spoil = (body: EventBody) => Buffer | null;

const bytes = (body: unknown): Buffer => Buffer.from(JSON.stringify(body));

/** The payload's first field, which each schema requires. */
function firstField({ payload }: EventBody): string {
  return Object.keys(payload)[0] ?? 'id';
}

function without(record: object, field: string): object {
  return Object.fromEntries(Object.entries(record).filter(([name]) => name !== field));
}

/** 0xFF is no part of any UTF-8 text. */
function withInvalidByte(body: EventBody): Buffer {
  const text = bytes(body);
  text[text.indexOf(body.eventId)] = 0xff;
  return text;
}

/** The kinds of poison: each makes of a good event a record's value that the consumer has to refuse. */
export const poisonKinds = {
  emptyValue: () => null,
  invalidUtf8: withInvalidByte,
  truncatedJson: (body) => bytes(body).subarray(0, -2),
  missingEnvelopeField: (body) => bytes(without(body, 'eventId')),
  wrongEnvelopeType: (body) => bytes({ ...body, payload: 'not an object' }),
  wrongTimeFormat: (body) => bytes({ ...body, eventTime: 'yesterday' }),
  unknownEventType: (body) => bytes({ ...body, eventType: 'no-such-event' }),
  unsupportedVersion: (body) => bytes({ ...body, eventVersion: '999.0' }),
  missingPayloadField: (body) => bytes({ ...body, payload: without(body.payload, firstField(body)) }),
  wrongPayloadType: (body) => bytes({ ...body, payload: { ...body.payload, [firstField(body)]: 42 } }),
} satisfies Record<string, Spoil>;
