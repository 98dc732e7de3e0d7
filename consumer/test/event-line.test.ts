import pino from 'pino';
import { expect, onTestFinished, test, vi } from 'vitest';
import type { Delivery } from '../src/delivery.ts';
import { createEventLines } from '../src/event-line.ts';

test('at the end, what was only to be summed up in a terminal is told', () => {
  const written: string[] = [];
  const output = { terminal: true, write: (line: string | Buffer) => void written.push(String(line)) };
  const log = pino({ base: null, timestamp: false }, { write: (line) => void written.push(line) });
  const lines = createEventLines(output as unknown as Parameters<typeof createEventLines>[0], log);
  const delivery = { source: { topic: 't', partition: 0 }, offset: 1, knownCorrelationId: null, facts: null };
  for (let n = 0; n < 25; n++) lines.write(delivery as unknown as Delivery);
  expect(written).toHaveLength(20);
  lines.close();
  expect(written.at(-1)).toContain('"events":5');
});

test('each line has the time, the partition and the type of its own event', () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  onTestFinished(() => void vi.useRealTimers());
  const written: string[] = [];
  const output = { terminal: false, write: (line: string | Buffer) => void written.push(String(line)) };
  const lines = createEventLines(
    output as unknown as Parameters<typeof createEventLines>[0],
    pino({ level: 'silent' }),
  );
  const [a, b] = [
    { topic: 'a', partition: 0 },
    { topic: 'b"', partition: 11 },
  ] as const;
  const expected: unknown[] = [];
  for (const [offset, source] of [a, a, b, a].entries()) {
    vi.setSystemTime(offset < 2 ? 1 : offset);
    const eventType = offset === 1 ? 'user-created' : 'é"';
    const facts = { eventId: `e${offset}`, eventType };
    const delivery = { source, offset, knownCorrelationId: offset === 3 ? 'c\u007f' : null, facts };
    lines.write(delivery as unknown as Delivery);
    expected.push({
      level: 'info',
      time: new Date(offset < 2 ? 1 : offset).toISOString(),
      service: 'consumer',
      correlationId: delivery.knownCorrelationId,
      ...facts,
      ...source,
      offset,
      msg: 'handled',
    });
  }
  expect(written.map((line) => JSON.parse(line))).toEqual(expected);
  expect(written.join('')).not.toContain('\u007f');
});
