import pino from 'pino';
import { expect, test } from 'vitest';
import type { Delivery } from '../src/delivery.ts';
import { createEventLines } from '../src/event-line.ts';

test('at the end, what was only to be summed up in a terminal is told', () => {
  const written: string[] = [];
  const output = { terminal: true, write: (line: string) => void written.push(line) };
  const log = pino({ base: null, timestamp: false }, { write: (line) => void written.push(line) });
  const lines = createEventLines(output as unknown as Parameters<typeof createEventLines>[0], log);
  const delivery = { source: { topic: 't', partition: 0 }, offset: 1, knownCorrelationId: null, facts: null };
  for (let n = 0; n < 25; n++) lines.write(delivery as unknown as Delivery);
  expect(written).toHaveLength(20);
  lines.close();
  expect(written.at(-1)).toContain('"events":5');
});
