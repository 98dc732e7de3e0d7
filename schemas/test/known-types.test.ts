import { expect, test } from 'vitest';
import { compileSchema } from '../src/compile-schema.ts';
import { createTypeFinder, schemaOf } from '../src/known-types.ts';

const schema = (file: string) => compileSchema({ file, schema: { type: 'object' } });
const first = schema('first');
const second = schema('second');
const find = createTypeFinder(
  new Map([
    [
      'file-read',
      new Map([
        ['1.0', first],
        ['2.0', second],
      ]),
    ],
    ['file-sent', new Map([['1.0', second]])],
    ['file-gone', new Map()],
  ]),
);

test('a type is found by its name, also among others as long as it', () => {
  for (const name of ['file-read', 'file-sent']) expect(find(name)?.eventType).toBe(name);
});

test.each(['', 'file', 'file-reaD', 'file-read ', 'x'.repeat(1000), '__proto__', 'constructor', 'length'])(
  'there is no type %j',
  (name) => {
    expect(find(name)).toBe(null);
  },
);

test('each version has its own schema, and others have none', () => {
  const read = find('file-read');
  const gone = find('file-gone');
  if (read === null || gone === null) throw new Error('a type was not found');
  expect(schemaOf(read, '1.0')).toBe(first);
  expect(schemaOf(read, '2.0')).toBe(second);
  expect(schemaOf(read, '3.0')).toBe(undefined);
  expect(schemaOf(gone, '1.0')).toBe(undefined);
});
