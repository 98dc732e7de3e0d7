import { expect, test } from 'vitest';
import { startConsumer, total, until } from './consumer-process.ts';
import { userDeleted, written } from './written-events.ts';

const EVENTS = 20_000;
const KEYS = 1_000;

// Neighbours share a key.
const keyOf = (n: number): number => Math.floor(n / 4) % KEYS;

test('20,000 events over 1,000 keys, 64 side by side: each is handled once, those of one key in order', async () => {
  const env = await written(
    Array.from({ length: EVENTS }, (_, n) => ({
      key: `k${keyOf(n)}`,
      partition: keyOf(n) % 2,
      value: userDeleted(String(n)),
    })),
    2,
  );
  const consumer = await startConsumer({ ...env, MAX_CONCURRENCY: '64' }, [
    new URL('with-handlers.ts?./handlers/awaiting-5-ms.ts', import.meta.url),
  ]);
  await until(async () => total(await consumer.metrics(), 'consumer_records_settled_total') >= EVENTS);
  expect(await consumer.end('SIGTERM')).toBe(0);
  const handled = consumer.lines.filter(({ msg }) => msg === 'handled').map(({ eventId }) => Number(eventId));
  expect(handled).toHaveLength(EVENTS);
  expect(new Set(handled).size).toBe(EVENTS);
  const last = new Map<number, number>();
  let behind = 0;
  let overtaken = 0;
  for (const [at, n] of handled.entries()) {
    if ((last.get(keyOf(n)) ?? -1) > n) behind += 1;
    last.set(keyOf(n), n);
    if (at > 0 && (handled[at - 1] ?? 0) > n) overtaken += 1;
  }
  expect(behind).toBe(0);
  // It was no single queue: events of other keys did overtake.
  expect(overtaken).toBeGreaterThan(0);
});
