import { constants } from 'node:buffer';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeLetter } from '../src/dead-letter.ts';
import { anyRecord, factsOf, headersOf } from './letters.ts';
import { refused, userCreated } from './records.ts';

test('the letter of a failed event, to the letter', () => {
  const message = writeLetter(factsOf({ redriveCount: '2', traceparent: 'tp' }));
  const { key, value } = message;
  expect(String(value)).toBe(
    '{"topic":"kafka-topics2","partition":3,"offset":42,"key":"u-1","error":"It broke.",' +
      '"timestamp":"2026-11-05T12:01:00.000Z","stage":"handler","code":"RETRIES_EXHAUSTED","pointer":null,' +
      '"schema":null,"attempts":4,"firstFailedAt":"2026-11-05T12:00:00.000Z","eventId":"e-1",' +
      '"eventType":"user-created","correlationId":"c-1","group":"kafka-group",' +
      '"original":{"value":"{\\"eventId\\":\\"e-1\\"}","valueEncoding":"utf8","key":"u-1","keyEncoding":"utf8",' +
      '"headers":[{"name":"correlation-id","value":"c-1","encoding":"utf8"}],"timestamp":1700000000000}}',
  );
  expect(key).toEqual(Buffer.from('u-1'));
  expect(headersOf(message)).toEqual({
    'dead-letter-topic': 'kafka-topics2',
    'dead-letter-partition': '3',
    'dead-letter-offset': '42',
    'dead-letter-stage': 'handler',
    'dead-letter-code': 'RETRIES_EXHAUSTED',
    'dead-letter-reason': 'It broke.',
    'dead-letter-attempts': '4',
    'correlation-id': 'c-1',
    traceparent: 'tp',
    'redrive-count': '2',
  });
});

test('a fact that does not exist is null in the letter, and no header', () => {
  const nothing = {
    eventId: null,
    eventType: null,
    correlationId: null,
    key: null,
    value: null,
    headers: [],
  };
  const message = writeLetter(factsOf(nothing));
  const { key, value } = message;
  expect(key).toBeNull();
  const original = { value: null, valueEncoding: null, key: null, keyEncoding: null, headers: [] };
  expect(JSON.parse(String(value))).toMatchObject({
    eventId: null,
    eventType: null,
    correlationId: null,
    pointer: null,
    schema: null,
    original,
    key: null,
  });
  expect(Object.keys(JSON.parse(String(value)))).toHaveLength(17);
  expect(Object.keys(headersOf(message))).toEqual(
    expect.not.arrayContaining(['correlation-id', 'traceparent', 'redrive-count']),
  );
});

test('a refusal is a failure', () => {
  const failure = refused(userCreated({}, { email: undefined }));
  const message = writeLetter(factsOf({ failure, attempts: 0 }));
  expect(JSON.parse(String(message.value))).toMatchObject({
    stage: 'payload',
    code: 'MISSING_REQUIRED_FIELD',
    pointer: '/payload/email',
    schema: 'payload/user-created.json',
    error: failure.reason,
    attempts: 0,
  });
  expect(headersOf(message)).toMatchObject({ 'dead-letter-stage': 'payload', 'dead-letter-attempts': '0' });
});

test('letters one after another: each has its own failure, place and headers, whatever the last one had', () => {
  const texts = fc.string({ unit: 'grapheme', maxLength: 100 });
  // Few of each, so that some follow alike and some do not.
  const few = fc.constantFrom('', 'a', 'é', 'x'.repeat(63), 'x'.repeat(64), 'é'.repeat(2_000));
  const text = fc.oneof(few, texts);
  const failure = fc.record({
    stage: fc.constantFrom('handler' as const, 'payload' as const),
    code: fc.constantFrom('HANDLER_REJECTED' as const, 'RETRIES_EXHAUSTED' as const),
    reason: few,
    pointer: fc.option(few),
    schema: fc.option(few),
  });
  const facts = fc.record({
    topic: fc.constantFrom('a', 'b'),
    partition: fc.constantFrom(0, 1),
    offset: fc.maxSafeInteger().map((n) => Math.abs(n)),
    failure,
    correlationId: fc.option(text),
    traceparent: fc.option(text),
    redriveCount: fc.option(text),
  });
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 12 }), (letters) => {
      for (const letter of letters) {
        const message = writeLetter(factsOf(letter));
        const { reason, stage, code, pointer, schema } = letter.failure;
        const { topic, partition, offset, correlationId, traceparent, redriveCount } = letter;
        expect(JSON.parse(String(message.value))).toMatchObject({
          topic,
          partition,
          offset,
          error: reason,
          stage,
          code,
          pointer,
          schema,
          correlationId,
        });
        expect(headersOf(message)).toEqual({
          'dead-letter-topic': topic,
          'dead-letter-partition': String(partition),
          'dead-letter-offset': String(offset),
          'dead-letter-stage': stage,
          'dead-letter-code': code,
          'dead-letter-reason': reason,
          'dead-letter-attempts': '4',
          ...(correlationId === null ? {} : { 'correlation-id': correlationId }),
          ...(traceparent === null ? {} : { traceparent }),
          ...(redriveCount === null ? {} : { 'redrive-count': redriveCount }),
        });
      }
    }),
  );
});

test('bytes that are no UTF-8 stand as base64', () => {
  const bytes = Buffer.from([0xff, 0]);
  const { value } = writeLetter(
    factsOf({ key: bytes, value: bytes, headers: [{ name: 'h', value: bytes }] }),
  );
  expect(JSON.parse(String(value))).toMatchObject({
    key: '/wA=',
    original: {
      value: '/wA=',
      valueEncoding: 'base64',
      key: '/wA=',
      keyEncoding: 'base64',
      headers: [{ name: 'h', value: '/wA=', encoding: 'base64' }],
    },
  });
});

test('whatever the record: one line, no control character, and not shrunk', () => {
  fc.assert(
    fc.property(anyRecord, (record) => {
      const line = String(writeLetter(factsOf(record)).value);
      expect(line).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u);
      expect(JSON.parse(line)).not.toHaveProperty('shrunk');
    }),
  );
});

test('a text that does not fit into a string is shrunk instead of thrown', () => {
  const value = Buffer.alloc(constants.MAX_STRING_LENGTH + 1);
  expect(JSON.parse(String(writeLetter(factsOf({ value })).value))).toMatchObject({ shrunk: true });
});
