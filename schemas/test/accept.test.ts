import { expect, test } from 'vitest';
import { stagesByCode } from '../src/codes.ts';
import { accepted, recordTimestampMs, refused, userCreated, verdictOn } from './records.ts';

const payloads = {
  'file-added': { fileId: 'f', userId: 'u', addedAt: '2026-01-01T00:00:00Z' },
  'file-removed': { fileId: 'f', userId: 'u', removedAt: '2026-01-01T00:00:00Z' },
  'user-created': { user_id: 'u', username: 'n', email: 'a@b.co', createdAt: '2026-01-01T00:00:00Z' },
  'user-deleted': { userId: 'u', deletedAt: '2026-01-01T00:00:00Z' },
};

const events = Object.entries(payloads).map(([eventType, payload]) => userCreated({ eventType, payload }));

test.each(events)('$eventType is accepted as it is', (event) => {
  expect(accepted(event)).toEqual({ kind: 'accepted', event, filledEventTime: null });
});

const fields = events.flatMap((event) =>
  Object.keys(event['payload'] as object).map((field) => ({ event, type: event['eventType'], field })),
);

test.each(fields)('$type needs $field, and as a string', ({ event, type, field }) => {
  const facts = { stage: 'payload', pointer: `/payload/${field}`, schema: `payload/${String(type)}.json` };
  const payload = event['payload'] as object;
  const without = { ...event, payload: { ...payload, [field]: undefined } };
  expect(refused(without)).toMatchObject({ ...facts, code: 'MISSING_REQUIRED_FIELD' });
  for (const wrong of [null, 7, true, [], {}]) {
    const withWrong = { ...event, payload: { ...payload, [field]: wrong } };
    expect(refused(withWrong)).toMatchObject({ ...facts, code: 'INVALID_SCHEMA' });
  }
});

test.each(['eventId', 'eventType', 'eventVersion', 'payload'])('the envelope needs %s', (field) => {
  const facts = { stage: 'envelope', pointer: `/${field}`, schema: 'envelope/envelope.json' };
  expect(refused(userCreated({ [field]: undefined }))).toMatchObject({
    ...facts,
    code: 'MISSING_REQUIRED_FIELD',
  });
  for (const wrong of [null, 1.0, []]) {
    expect(refused(userCreated({ [field]: wrong }))).toMatchObject({ ...facts, code: 'INVALID_SCHEMA' });
  }
});

test.each(['', 'x', [], [[]], 5, null, true])('%j is JSON and no envelope', (value) => {
  expect(refused(JSON.stringify(value))).toMatchObject({
    stage: 'envelope',
    code: 'INVALID_SCHEMA',
    pointer: '',
    schema: 'envelope/envelope.json',
    eventId: null,
    eventType: null,
    correlationId: null,
  });
});

test('strings may be any strings, and fields that no schema knows stay', () => {
  const event = userCreated(
    { eventId: '', extra: [1] },
    { username: '\u{1f600}\u0000', roles: ['', 'a'], more: {} },
  );
  expect(accepted(event).event).toEqual(event);
});

test.each([
  { roles: 'admin', pointer: '/payload/roles' },
  { roles: null, pointer: '/payload/roles' },
  { roles: ['a', 1], pointer: '/payload/roles/1' },
])('roles $roles are refused', ({ roles, pointer }) => {
  expect(refused(userCreated({}, { roles }))).toMatchObject({ code: 'INVALID_SCHEMA', pointer });
});

test.each(['eventTime', 'createdAt', 'email'])('the format of %s is really checked', (field) => {
  const wrong = { [field]: '2026-02-30T00:00:00Z' };
  const isPayload = field !== 'eventTime';
  const refusal = refused(isPayload ? userCreated({}, wrong) : userCreated(wrong));
  expect(refusal).toMatchObject({
    code: 'INVALID_SCHEMA',
    pointer: isPayload ? `/payload/${field}` : `/${field}`,
  });
});

test.each([
  { what: 'a null value', value: null, code: 'EMPTY_VALUE' },
  { what: 'no bytes', value: Buffer.alloc(0), code: 'EMPTY_VALUE' },
  { what: 'an overlong encoding', value: Buffer.from([0x22, 0xc0, 0x80, 0x22]), code: 'INVALID_UTF8' },
  { what: 'a surrogate in UTF-8', value: Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]), code: 'INVALID_UTF8' },
  { what: 'UTF-16', value: Buffer.from('\ufeff{}', 'utf16le'), code: 'INVALID_UTF8' },
  { what: 'a byte order mark', value: '\ufeff{}', code: 'INVALID_JSON' },
  { what: 'a half', value: '{"eventId":', code: 'INVALID_JSON' },
  { what: 'a half with blanks around it', value: ' {"eventId": \r\n', code: 'INVALID_JSON' },
  { what: 'a brace', value: '{', code: 'INVALID_JSON' },
  { what: 'NaN', value: '{"a":NaN}', code: 'INVALID_JSON' },
  { what: 'two values', value: '{} {}', code: 'INVALID_JSON' },
  { what: 'blanks', value: ' \n', code: 'INVALID_JSON' },
  { what: 'a raw control character', value: '"\u0001"', code: 'INVALID_JSON' },
])('$what is $code', ({ value, code }) => {
  expect(refused(value)).toMatchObject({ stage: 'bytes', code, pointer: null, schema: null, eventId: null });
});

test.each([Buffer.from([0, 0, 0, 1, 2, 0x7b]), Buffer.from([0, 0, 0, 1, 2, 0xff])])(
  "Confluent's wire format is named, with the schema's id",
  (value) => {
    expect(refused(value).reason).toMatch(/Confluent.*258/);
  },
);

test.each(['constructor', '__proto__', 'toString', '', 'User-Created'])(
  '%j is an unknown type',
  (eventType) => {
    const refusal = refused(userCreated({ eventType }));
    expect(refusal).toMatchObject({
      stage: 'type',
      code: 'UNKNOWN_EVENT_TYPE',
      pointer: '/eventType',
      schema: null,
    });
    expect(refusal).toMatchObject({ eventId: 'e-1', eventType });
  },
);

test.each(['1', '1.1', '2.0', '', 'constructor'])('%j is an unsupported version', (eventVersion) => {
  const refusal = refused(userCreated({ eventVersion }));
  expect(refusal).toMatchObject({ stage: 'type', code: 'UNSUPPORTED_VERSION', pointer: '/eventVersion' });
});

test('each stage is asked only once those before it have passed', () => {
  const steps: [value: unknown, code: string][] = [
    [Buffer.from('{"eventId":\xff', 'latin1'), 'INVALID_UTF8'],
    ['{"eventId":', 'INVALID_JSON'],
    [
      userCreated({ eventId: 1, eventType: 'x', eventVersion: 'x', payload: undefined }),
      'MISSING_REQUIRED_FIELD',
    ],
    [userCreated({ eventId: 1, eventType: 'x', eventVersion: 'x', payload: {} }), 'INVALID_SCHEMA'],
    [userCreated({ eventType: 'x', eventVersion: 'x', payload: {} }), 'UNKNOWN_EVENT_TYPE'],
    [userCreated({ eventVersion: 'x', payload: {} }), 'UNSUPPORTED_VERSION'],
    [userCreated({ payload: { email: 'x' } }), 'MISSING_REQUIRED_FIELD'],
    [userCreated({}, { email: 'x' }), 'INVALID_SCHEMA'],
  ];
  expect(steps.map(([value]) => refused(value).code)).toEqual(steps.map(([, code]) => code));
  for (const [value] of steps) {
    const { code, stage } = refused(value);
    expect(stagesByCode[code]).toContain(stage);
  }
});

test('a missing eventTime is filled in from the timestamp', () => {
  const { event, filledEventTime } = accepted(userCreated({ eventTime: undefined }));
  expect(filledEventTime).toBe(new Date(recordTimestampMs).toISOString());
  expect(event.eventTime).toBe(filledEventTime);
});

test('a null eventTime is wrong, not missing', () => {
  expect(refused(userCreated({ eventTime: null }))).toMatchObject({
    code: 'INVALID_SCHEMA',
    pointer: '/eventTime',
  });
});

test.each([0, -1, -62_167_219_200_000, 253_402_300_799_999])(
  'timestamp %d can be an eventTime',
  (timestampMs) => {
    const { filledEventTime } = accepted(userCreated({ eventTime: undefined }), timestampMs);
    expect(Date.parse(filledEventTime ?? '')).toBe(timestampMs);
  },
);

test.each([-62_167_219_200_001, 253_402_300_800_000, 2 ** 63, -(2 ** 63), Number.NaN, Infinity])(
  'timestamp %d cannot be written as a date-time and leaves eventTime missing',
  (timestampMs) => {
    const refusal = refused(userCreated({ eventTime: undefined }), timestampMs);
    expect(refusal).toMatchObject({ code: 'MISSING_REQUIRED_FIELD', pointer: '/eventTime' });
  },
);

test('a refusal says what is known of the record', () => {
  const known = { eventId: 'e-1', eventType: 'user-created' };
  expect(refused(userCreated({ correlationId: 'c' }, { email: 1 }))).toMatchObject({
    ...known,
    correlationId: 'c',
  });
  expect(refused(userCreated({ correlation_id: 'd' }, { email: 1 }))).toMatchObject({
    ...known,
    correlationId: 'd',
  });
  const wrong = userCreated({ eventId: 1, eventType: {}, correlationId: 7 });
  expect(refused(wrong)).toMatchObject({ eventId: null, eventType: null, correlationId: null });
});

test('no reason quotes the record', () => {
  const secret = 'hunter2';
  const values: unknown[] = [
    `{"a": ${secret}}`,
    secret,
    `{"a":"${secret}`,
    `{"${secret}": 1,}`,
    userCreated({ eventType: secret }),
    userCreated({ eventVersion: secret }),
    userCreated({ eventTime: secret }),
    userCreated({ payload: secret }),
    userCreated({}, { email: secret }),
    userCreated({}, { roles: [{ [secret]: secret }] }),
  ];
  for (const value of values) expect(refused(value).reason).not.toContain(secret);
});

test('the same value gets the same verdict again', () => {
  const value = userCreated({}, { email: 'x' });
  const first = verdictOn(value);
  verdictOn(userCreated({}, { roles: 1 }));
  expect(verdictOn(value)).toEqual(first);
});
