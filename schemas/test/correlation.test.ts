import { expect, test } from 'vitest';
import { correlationIdOf } from '../src/correlation.ts';
import type { RecordHeader } from '../src/record-header.ts';

const header = (name: string, value: string | Buffer | null): RecordHeader => ({
  name,
  value: typeof value === 'string' ? Buffer.from(value) : value,
});

const inOrder = ['correlation-id', 'correlation_id', 'correlationId', 'x-correlation-id'];
const envelope = { correlationId: 'from envelope', correlation_id: 'from envelope too' };

test.each(inOrder.map((name, index) => ({ name, before: inOrder.slice(index) })))(
  '$name comes before $before',
  ({ name, before }) => {
    const headers = before.map((other) => header(other, `from ${other}`)).toReversed();
    expect(correlationIdOf(headers, envelope, 'e-1')).toBe(`from ${name}`);
  },
);

test('then comes the envelope, then the event id, then nothing', () => {
  const others = [header('Correlation-Id', 'no'), header('correlation-id ', 'no')];
  expect(correlationIdOf(others, envelope, 'e-1')).toBe('from envelope');
  expect(correlationIdOf([], { correlation_id: 'b' }, 'e-1')).toBe('b');
  expect(correlationIdOf([], {}, 'e-1')).toBe('e-1');
  expect(correlationIdOf([], null, 'e-1')).toBe('e-1');
  expect(correlationIdOf([], {}, '')).toBeNull();
  expect(correlationIdOf([], null, null)).toBeNull();
});

test.each([null, Buffer.alloc(0), Buffer.from([0xff]), Buffer.from([0xed, 0xa0, 0x80])])(
  'a header with %o is passed over',
  (unusable) => {
    const headers = [header('correlation-id', unusable)];
    expect(correlationIdOf(headers, envelope, 'e-1')).toBe('from envelope');
    expect(correlationIdOf([...headers, header('correlation-id', 'second')], null, null)).toBe('second');
    expect(correlationIdOf([header('x-correlation-id', 'x'), ...headers], null, null)).toBe('x');
  },
);

test.each([null, '', 5, {}, ['a'], '\ud800'])('the envelope field %j is passed over', (unusable) => {
  expect(correlationIdOf([], { correlationId: unusable, correlation_id: 'b' }, 'e-1')).toBe('b');
  expect(correlationIdOf([], { correlationId: unusable }, 'e-1')).toBe('e-1');
});

test('an id may be any text', () => {
  expect(correlationIdOf([header('correlation-id', ' \u{1f600}\n')], null, null)).toBe(' \u{1f600}\n');
});
