import { expect, test } from 'vitest';
import { createHandle } from '../src/handle.ts';
import { Rejected } from '../src/handler.ts';
import { handlers, type Handlers } from '../src/handlers.ts';
import { contextOf, rawOf, recordOf, userDeleted } from './forwarding.ts';

const record = recordOf(rawOf('{}'), new AbortController().signal);

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
  expect(handle(event, context, record)).toBeUndefined();
  expect(seen).toEqual([event, context]);
});

test('what a synchronous handler throws comes synchronously', () => {
  const handle = createHandle(
    withUserDeleted(() => {
      throw new Rejected('no');
    }),
    null,
  );
  expect(() => handle(userDeleted(), contextOf(), record)).toThrow(Rejected);
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
  await handle(userDeleted('e-9'), contextOf(), record);
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
  expect(() => rejecting(userDeleted('a'), contextOf(), record)).toThrow(Rejected);
  await expect(createHandle(handlers, forward)(userDeleted('b'), contextOf(), record)).rejects.toThrow(
    'the target failed',
  );
  expect(forwarded).toEqual(['b']);
});
