// The same calls without Kafka: so many loops side by side, each awaiting its call. It is what the handlers alone cost.
import { slow } from './handlers.ts';
import { Marks, readTask } from './subject.ts';

const task = readTask();
const { total, concurrency, forwardUrl } = task;
const marks = new Marks(task);
let begun = 0;
let ended = 0;

async function createCall(): Promise<() => Promise<unknown>> {
  if (forwardUrl === null) return slow;
  const { Pool } = await import('undici');
  const { makeEvents } = await import('../events.ts');
  const url = new URL(forwardUrl);
  const pool = new Pool(url.origin, { connections: concurrency });
  const bodies = makeEvents({ count: 1_000, valueBytes: 380 }).map(({ value, eventId }) => ({
    body: value,
    headers: { 'content-type': 'application/json', 'idempotency-key': eventId, 'correlation-id': eventId },
  }));
  let next = 0;
  return async () => {
    const { body, headers } = bodies[next++ % bodies.length] as (typeof bodies)[number];
    const answer = await pool.request({ path: url.pathname, method: 'POST', body, headers });
    await answer.body.dump();
  };
}

async function loop(call: () => Promise<unknown>): Promise<void> {
  while (begun < total) {
    begun += 1;
    await call();
    ended += 1;
    marks.reached(ended);
  }
}

const call = await createCall();
await Promise.all(Array.from({ length: concurrency }, () => loop(call)));
