import { expect, test } from 'vitest';
import { loadContract } from '../src/load-contract.ts';
import { requireComplete } from '../src/require-complete.ts';
import { schemaFolder } from './schema-folder.ts';

const parts = { 'file-added': 1, 'file-removed': 1, 'user-created': 1, 'user-deleted': 1 };
const anyObject = { type: 'object' };

test('every event type is there in all places', () => {
  expect(() => requireComplete(loadContract(), 'handler', parts)).not.toThrow();
});

test.each(['handler', 'sample'] as const)('a schema without a %s is an error that says which', (kind) => {
  const { 'user-deleted': _, ...others } = parts;
  expect(() => requireComplete(loadContract(), kind, others)).toThrow(
    expect.objectContaining({ file: 'payload/user-deleted.json', reason: `user-deleted has no ${kind}` }),
  );
});

test.each(['payload/order-placed.json', 'payload/user-created.2.0.json', 'payload/constructor.json'])(
  '%s without a generated type is an error',
  (file) => {
    const contract = loadContract(schemaFolder({ [file]: anyObject }));
    const withOrders = { ...parts, 'order-placed': 1, constructor: 1 };
    expect(() => requireComplete(contract, 'handler', withOrders)).toThrow(
      expect.objectContaining({
        code: 'SCHEMA_LOAD_ERROR',
        file,
        reason: expect.stringContaining('generated type'),
      }),
    );
  },
);

test('a generated type without its schema is an error', () => {
  const contract = loadContract(schemaFolder({ 'payload/user-deleted.json': null }));
  expect(() => requireComplete(contract, 'handler', parts)).toThrow(
    'payload/user-deleted: the schema of version 1.0',
  );
});
