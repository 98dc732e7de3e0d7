import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { createAccept } from '../src/accept.ts';
import { loadContract } from '../src/load-contract.ts';
import { SchemaLoadError } from '../src/schema-load-error.ts';
import { userCreated } from './records.ts';
import { schemaFolder } from './schema-folder.ts';

const draft = { $schema: 'http://json-schema.org/draft-07/schema#' };

function verdictIn(folder: string, event: object): unknown {
  return createAccept(loadContract(folder))(Buffer.from(JSON.stringify(event)), 0);
}

test('event types and versions are those that have files', () => {
  const contract = loadContract();
  expect([...contract.payloads.keys()]).toEqual([
    'file-added',
    'file-removed',
    'user-created',
    'user-deleted',
  ]);
  for (const versions of contract.payloads.values()) expect([...versions.keys()]).toEqual(['1.0']);
});

test('a schema file is all that a new event type or a new version needs to be accepted', () => {
  const needsA = { ...draft, type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
  const folder = schemaFolder({
    'payload/order-placed.json': needsA,
    'payload/user-created.2.0.json': needsA,
  });
  const placed = userCreated({ eventType: 'order-placed', payload: { a: 'x' } });
  const second = userCreated({ eventVersion: '2.0', payload: {} });
  expect(verdictIn(folder, placed)).toMatchObject({ kind: 'accepted' });
  expect(verdictIn(folder, userCreated())).toMatchObject({ kind: 'accepted' });
  expect(verdictIn(folder, second)).toMatchObject({
    schema: 'payload/user-created.2.0.json',
    pointer: '/payload/a',
  });
});

const payload = 'payload/user-created.json';

test.each([
  { what: 'no JSON', changes: { [payload]: '{"type":' }, file: payload, reason: /is not JSON/ },
  { what: 'nothing', changes: { [payload]: '' }, file: payload, reason: /is not JSON/ },
  { what: 'JSON but no schema', changes: { [payload]: '[]' }, file: payload, reason: /is not an object/ },
  { what: 'a wrong schema', changes: { [payload]: { type: 'text' } }, file: payload, reason: /type/ },
  {
    what: 'an unknown keyword',
    changes: { [payload]: { requires: ['a'] } },
    file: payload,
    reason: /requires/,
  },
  {
    what: 'another draft',
    changes: { [payload]: { $schema: 'https://json-schema.org/draft/2020-12/schema' } },
  },
  {
    what: 'a remote reference',
    changes: { [payload]: { $ref: 'https://example.com/a.json' } },
    reason: /resolve/,
  },
  {
    what: 'a format that is not checked',
    changes: { [payload]: { type: 'string', format: 'uri' } },
    reason: /uri/,
  },
  { what: 'a broken pattern', changes: { [payload]: { type: 'string', pattern: '(' } } },
  {
    what: 'an asynchronous schema',
    changes: { [payload]: { $async: true, type: 'object' } },
    reason: /asynchronous/,
  },
  {
    what: 'a required field of no type',
    changes: { [payload]: { type: 'object', required: ['a'] } },
    reason: /required/,
  },
  {
    what: 'a file that is a folder',
    changes: { [payload]: null },
    folder: payload,
    reason: /cannot be read/,
  },
  { what: 'no envelope', changes: { 'envelope/envelope.json': null }, file: 'envelope/envelope.json' },
  { what: 'a broken envelope', changes: { 'envelope/envelope.json': '{' }, file: 'envelope/envelope.json' },
  { what: 'no payloads', changes: { payload: null }, file: 'payload', reason: /cannot be read/ },
  {
    what: 'a name in capitals',
    changes: { 'payload/UserCreated.json': {} },
    file: 'payload/UserCreated.json',
  },
  { what: 'a version of one number', changes: { 'payload/a.2.json': {} }, file: 'payload/a.2.json' },
  {
    what: 'version 1.0 twice',
    changes: { 'payload/user-created.1.0.json': {} },
    file: 'payload/user-created.1.0.json',
  },
])('$what stops the start', ({ changes, file = payload, folder: madeFolder, reason = /./ }) => {
  const folder = schemaFolder(changes);
  if (madeFolder !== undefined) mkdirSync(join(folder, madeFolder));
  const error = loadError(folder);
  expect(error).toBeInstanceOf(SchemaLoadError);
  expect(error).toMatchObject({ code: 'SCHEMA_LOAD_ERROR', file });
  expect(error?.reason).toMatch(reason);
  expect(error?.message).toContain(file);
});

test('a folder without a schema stops the start', () => {
  const names = ['file-added', 'file-removed', 'user-created', 'user-deleted'];
  const folder = schemaFolder(Object.fromEntries(names.map((name) => [`payload/${name}.json`, null])));
  expect(loadError(folder)).toMatchObject({ file: 'payload', reason: 'holds no schema' });
});

test('files that are no schemas may lie beside them', () => {
  expect(loadContract(schemaFolder({ 'payload/README.md': 'x' })).payloads.size).toBe(4);
});

function loadError(folder: string): SchemaLoadError | null {
  try {
    loadContract(folder);
    return null;
  } catch (error) {
    return error as SchemaLoadError;
  }
}
