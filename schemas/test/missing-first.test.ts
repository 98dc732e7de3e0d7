import { expect, test } from 'vitest';
import { createAccept } from '../src/accept.ts';
import { loadContract } from '../src/load-contract.ts';
import { userCreated } from './records.ts';
import { schemaFolder } from './schema-folder.ts';

const address = {
  type: 'object',
  required: ['street', 'constructor'],
  properties: { street: { type: 'string' }, constructor: { type: 'string' } },
};
const schema = {
  $schema: 'http://json-schema.org/draft-07/schema#',
  type: 'object',
  definitions: { address },
  required: ['a'],
  properties: {
    a: { type: 'string' },
    home: { $ref: '#/definitions/address' },
    others: { type: 'array', items: { $ref: '#/definitions/address' } },
    pair: { type: 'array', items: [{ type: 'string' }, address], minItems: 2, additionalItems: false },
    byName: { type: 'object', additionalProperties: address },
    'x/y~z': { type: 'object', required: ['m/n~o'], properties: { 'm/n~o': true } },
    either: { anyOf: [address, { type: 'string' }] },
    all: { type: 'object', allOf: [{ required: ['p'], properties: { p: { type: 'number' } } }] },
    tree: { type: 'object', properties: { child: { $ref: '#/properties/tree' } } },
  },
};

function verdictOn(payload: object | string): unknown {
  const accept = createAccept(loadContract(schemaFolder({ 'payload/user-created.json': schema })));
  const event = JSON.stringify(userCreated({ payload: '@' }));
  const json = typeof payload === 'string' ? payload : JSON.stringify(payload);
  return accept(Buffer.from(event.replace('"@"', () => json)), 0);
}

const good = { street: 's', constructor: 'c' };

test.each([
  { payload: { a: 1, home: { street: 's' } }, pointer: '/payload/home/constructor' },
  { payload: { a: 'x', home: { street: 1 } }, pointer: '/payload/home/constructor' },
  { payload: { a: 'x', others: [good, 5, { constructor: 'c' }] }, pointer: '/payload/others/2/street' },
  { payload: { a: 1, pair: ['s', { constructor: 'c' }] }, pointer: '/payload/pair/1/street' },
  {
    payload: { a: 1, byName: { x: good, 'b/c': { constructor: 'c' } } },
    pointer: '/payload/byName/b~1c/street',
  },
  { payload: { a: 1, 'x/y~z': {} }, pointer: '/payload/x~1y~0z/m~1n~0o' },
  { payload: { a: 1, all: {} }, pointer: '/payload/all/p' },
  { payload: { home: { street: 1 }, others: 5 }, pointer: '/payload/a' },
])('a missing field comes before a wrong one: $pointer', ({ payload, pointer }) => {
  expect(verdictOn(payload)).toMatchObject({ code: 'MISSING_REQUIRED_FIELD', pointer });
});

test.each([
  { payload: { a: 1, home: good }, pointer: '/payload/a' },
  { payload: { a: 'x', others: [good, 5] }, pointer: '/payload/others/1' },
  { payload: { a: 'x', home: { street: 's', constructor: 1 } }, pointer: '/payload/home/constructor' },
  // What one alternative lacks another may not need.
  { payload: { a: 'x', either: { street: 's' } }, pointer: '/payload/either' },
])('where nothing is missing the wrong field is named: $pointer', ({ payload, pointer }) => {
  expect(verdictOn(payload)).toMatchObject({ code: 'INVALID_SCHEMA', pointer });
});

test('what all objects inherit is missing until a record brings it', () => {
  expect(verdictOn({ a: 'x', home: good })).toMatchObject({ kind: 'accepted' });
  const inherited = '{"a":"x","home":{"street":"s","__proto__":{"constructor":"c"}}}';
  expect(verdictOn(inherited)).toMatchObject({ pointer: '/payload/home/constructor' });
});

test('a value too deep for a recursive schema is refused', () => {
  const deep = 200_000;
  const payload = `{"a":"x","tree":${'{"child":'.repeat(deep)}{}${'}'.repeat(deep)}}`;
  expect(verdictOn(payload)).toMatchObject({ code: 'INVALID_SCHEMA', stage: 'payload', pointer: '/payload' });
});
