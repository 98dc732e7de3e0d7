import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { generatedFolder, generateTypes } from '../src/generate-types.ts';
import { schemaFolder } from './schema-folder.ts';

const generate = 'run `node schemas/src/generate-types.ts` and commit what it writes';

test(`the generated types are those of the schemas (if not: ${generate})`, async () => {
  const names = readdirSync(generatedFolder);
  const committed = names.map((name) => [name, readFileSync(join(generatedFolder, name), 'utf8')] as const);
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(await generateTypes()));
});

test('a new type and a new version get types of their own', async () => {
  const schema = { type: 'object', required: ['a'], properties: { a: { type: 'integer' } } };
  const changes = { 'payload/order-placed.json': schema, 'payload/user-created.2.1.json': schema };
  const files = await generateTypes(schemaFolder(changes));
  expect(files.get('order-placed.ts')).toMatch(/export interface OrderPlacedPayload \{\s+a: number;/);
  expect(files.get('user-created.2.1.ts')).toContain('export interface UserCreatedV2_1Payload {');
  expect(files.get('events.ts')).toContain("'user-created': { '1.0': UserCreated; '2.1': UserCreatedV2_1 };");
  expect(files.get('events.ts')).toContain("'user-created': ['1.0', '2.1'],");
  expect(files.get('events.ts')).toContain("'order-placed': { '1.0': OrderPlaced };");
});
