import { expect, test } from 'vitest';
import { loadContract } from '@event-pipeline/schemas/load-contract.ts';
import { requireComplete } from '@event-pipeline/schemas/require-complete.ts';
import { fileAdded } from '../src/handlers/file-added.ts';
import { fileRemoved } from '../src/handlers/file-removed.ts';
import { userCreated } from '../src/handlers/user-created.ts';
import { handlers, type Handlers } from '../src/handlers.ts';
import { contextOf, userDeleted } from './forwarding.ts';

test('each event type that has a schema has a handler', () => {
  expect(() => requireComplete(loadContract(), 'handler', handlers)).not.toThrow();
});

test('the start fails on an event type without a handler, and names it', () => {
  const { 'user-deleted': _, ...three } = handlers;
  expect(() => requireComplete(loadContract(), 'handler', three)).toThrow('user-deleted has no handler');
});

test('as shipped a handler does nothing, at once', () => {
  const event = userDeleted();
  const before = structuredClone(event);
  const returned: unknown = (handlers['user-deleted'] as (...args: unknown[]) => unknown)(event, contextOf());
  expect(returned).toBeUndefined();
  expect(event).toEqual(before);
});

test('a missing handler does not compile', () => {
  const three = { 'file-added': fileAdded, 'file-removed': fileRemoved, 'user-created': userCreated };
  // @ts-expect-error -- this is the test: user-deleted has no handler. Were it to compile, the type check would fail here.
  const incomplete: Handlers = three;
  expect(incomplete['user-deleted']).toBeUndefined();
});

test("a handler of another type's events does not compile", () => {
  // @ts-expect-error -- this is the test: a handler of file-added where user-created belongs.
  const mixed: Handlers = { ...handlers, 'user-created': fileAdded };
  expect(mixed['user-created']).toBe(fileAdded);
});
