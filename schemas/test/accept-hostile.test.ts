import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { accept, accepted, recordTimestampMs, refused, userCreated, verdictOn } from './records.ts';

/** A valid event as text, with one more field whose JSON is given. */
const withField = (json: string): string =>
  JSON.stringify(userCreated({ extra: '@' })).replace('"@"', () => json);

/** The value of that field in the event; fields that no schema names have no type. */
const extraOf = (text: string): unknown =>
  Object.entries(accepted(text).event).find(([name]) => name === 'extra')?.[1];

const deep = 100_000;

test.each([
  { what: 'arrays', value: withField('['.repeat(deep) + ']'.repeat(deep)) },
  { what: 'objects', value: withField('{"a":'.repeat(deep) + '1' + '}'.repeat(deep)) },
])('$what nested 100,000 deep in a field are kept', ({ value }) => {
  expect(extraOf(value)).toBeTypeOf('object');
});

test.each(['['.repeat(deep), '{"a":'.repeat(deep), '['.repeat(deep) + ']'.repeat(deep)])(
  'nesting without an event in it is refused',
  (value) => {
    expect(['INVALID_JSON', 'INVALID_SCHEMA']).toContain(refused(value).code);
  },
);

test('`__proto__` and `constructor` are fields like others', () => {
  const { event } = accepted(
    withField('1,"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}'),
  );
  expect(Object.keys(event)).toEqual(expect.arrayContaining(['__proto__', 'constructor']));
  expect(event).not.toHaveProperty('polluted');
  expect({}).not.toHaveProperty('polluted');
});

test('a field inside `__proto__` is not there', () => {
  const { eventId, ...rest } = userCreated();
  const value = JSON.stringify(rest).replace('{', `{"__proto__":{"eventId":${JSON.stringify(eventId)}},`);
  expect(refused(value)).toMatchObject({ code: 'MISSING_REQUIRED_FIELD', pointer: '/eventId' });
});

test('lone surrogates, written as escapes, are text', () => {
  expect(extraOf(withField('"\\ud800"'))).toBe('\ud800');
});

test('numbers that JavaScript cannot hold do not refuse an event', () => {
  expect(extraOf(withField('12345678901234567890'))).toBeTypeOf('number');
  expect(extraOf(withField('1e999'))).toBe(Infinity);
});

test('of fields that are there twice the last counts', () => {
  const value = withField('1,"eventType":"nothing"');
  expect(refused(value).code).toBe('UNKNOWN_EVENT_TYPE');
});

test('an array of a million wrong items gets one verdict', () => {
  const roles = Array.from({ length: 1_000_000 }, () => 1);
  expect(refused(userCreated({}, { roles })).pointer).toBe('/payload/roles/0');
});

test.each([
  'a.'.repeat(500_000),
  `a@${'a.'.repeat(500_000)}`,
  `a@${'a-'.repeat(500_000)}`,
  `${'a'.repeat(1e6)}@`,
])('a long text that is no e-mail address is refused', (email) => {
  expect(refused(userCreated({}, { email })).pointer).toBe('/payload/email');
});

test('accept never throws: any bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.double(), (bytes, timestampMs) => {
      expect(['accepted', 'refusal']).toContain(accept(Buffer.from(bytes), timestampMs).kind);
    }),
    { numRuns: 2_000 },
  );
});

test('accept never throws: any JSON', () => {
  fc.assert(
    fc.property(fc.json({ noUnicodeString: false }), (json) => {
      expect(refused(json).stage).toBe('envelope');
    }),
    { numRuns: 1_000 },
  );
});

const names = [
  'eventId',
  'eventType',
  'eventVersion',
  'eventTime',
  'payload',
  '__proto__',
  'constructor',
  'extra',
];
const oddValue = fc.oneof(fc.jsonValue(), fc.constantFrom('user-created', '1.0', '__proto__', 'constructor'));

test('nothing in a record reaches Object.prototype', () => {
  const before = Object.getOwnPropertyDescriptors(Object.prototype);
  const polluting = '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"toString":1}';
  for (const json of [polluting, withField(polluting), withField(`1,${polluting.slice(1, -1)}`)])
    verdictOn(json);
  verdictOn(userCreated({ payload: JSON.parse(polluting) as object }));
  expect(Object.getOwnPropertyDescriptors(Object.prototype)).toEqual(before);
});

test('accept never throws: events with fields replaced; a verdict has its facts', () => {
  fc.assert(
    fc.property(fc.constantFrom(...names), oddValue, fc.boolean(), (name, odd, inPayload) => {
      const changed = Object.fromEntries([[name, odd]]);
      const verdict = verdictOn(inPayload ? userCreated({}, changed) : userCreated(changed));
      if (verdict.kind === 'accepted') return;
      expect(verdict.pointer).not.toBeNull();
      expect(verdict.schema === null).toBe(verdict.stage === 'type');
    }),
    { numRuns: 2_000 },
  );
});

test('a truncated event is never accepted', () => {
  const bytes = Buffer.from(JSON.stringify(userCreated()));
  for (let length = 0; length < bytes.length; length++) {
    const verdict = accept(bytes.subarray(0, length), recordTimestampMs);
    expect(verdict).toMatchObject({ kind: 'refusal', stage: 'bytes' });
  }
});

test('other errors have their stacks after a text that is not JSON', () => {
  const { stackTraceLimit } = Error;
  expect(refused('{"a":NaN}').code).toBe('INVALID_JSON');
  expect(accepted(JSON.stringify(userCreated())).kind).toBe('accepted');
  expect(Error.stackTraceLimit).toBe(stackTraceLimit);
  expect(stackTraceLimit).toBeGreaterThan(0);
});
