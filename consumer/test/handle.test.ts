import { expect, test } from 'vitest';
import { createHandle } from '../src/handle.ts';
import { Rejected } from '../src/handler.ts';
import { handlers, type Handlers } from '../src/handlers.ts';
import { contextOf, rawOf, userDeleted } from './forwarding.ts';

const raw = rawOf('{}');

function withUserDeleted(handler: Handlers['user-deleted']): Handlers {
  return { ...handlers, 'user-deleted': handler };
}

test('without a target the handler of the type runs alone and stays synchronous', () => {
  const seen: unknown[] = [];
  const handle = createHandle(
    withUserDeleted((event, context) => {
      seen.push(event, context);
    }),
    null,
  );
  const event = userDeleted();
  const context = contextOf();
  expect(handle(event, context, raw)).toBeUndefined();
  expect(seen).toEqual([event, context]);
});

test('what a synchronous handler throws comes synchronously', () => {
  const handle = createHandle(
    withUserDeleted(() => {
      throw new Rejected('no');
    }),
    null,
  );
  expect(() => handle(userDeleted(), contextOf(), raw)).toThrow(Rejected);
});

test('with a target the handler comes first and is awaited, then the event is forwarded', async () => {
  const steps: string[] = [];
  const handle = createHandle(
    withUserDeleted(async () => {
      await Promise.resolve();
      steps.push('handled');
    }),
    async (event, _context, { value }) => {
      steps.push(`forwarded ${event.eventId} ${value.toString()}`);
    },
  );
  await handle(userDeleted('e-9'), contextOf(), raw);
  expect(steps).toEqual(['handled', 'forwarded e-9 {}']);
});

test('what the handler throws keeps the event from the target, and what forwarding throws comes out', async () => {
  const forwarded: string[] = [];
  const forward = async ({ eventId }: { eventId: string }): Promise<void> => {
    forwarded.push(eventId);
    throw new Error('the target failed');
  };
  const rejecting = createHandle(
    withUserDeleted(() => {
      throw new Rejected('no');
    }),
    forward,
  );
  await expect(rejecting(userDeleted('a'), contextOf(), raw)).rejects.toThrow(Rejected);
  await expect(createHandle(handlers, forward)(userDeleted('b'), contextOf(), raw)).rejects.toThrow(
    'the target failed',
  );
  expect(forwarded).toEqual(['b']);
});
