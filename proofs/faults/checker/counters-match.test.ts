import { expect, test } from 'vitest';
import { countersMatch } from './counters-match.ts';
import type { Life } from './evidence.ts';
import { evidence, handled, life } from './made-up.ts';

const metrics = (received: number) => `consumer_records_received_total{} ${received}
consumer_records_settled_total{outcome="handled"} 1
consumer_events_handled_total{} 1
`;
const outage = ['P 1 t/0', 'B 2 t 0 0', 'F 3 t 0 0 outage', 'B 4 t 0 0', handled(5, 0)];

function judge(steps: readonly string[], received: number, given: Partial<Life> = {}): string[] {
  return countersMatch(
    evidence({ lives: [life('c1', steps.join('\n'), { metrics: metrics(received), ...given })] }),
  );
}

test('what came to a shut gate and was given back before it opened may be counted, though no ledger has it', () => {
  const steps = [...outage, 'R 6 t/0', 'P 7'];
  expect(judge(steps, 1)).toEqual([]);
  expect(judge(steps, 4)).toEqual([]);
  expect(judge(steps, 0).join('\n')).toContain('counted 0 received');
});

test('without giving back, an outage changes nothing in what is counted', () => {
  expect(judge(outage, 1)).toEqual([]);
  expect(judge(outage, 2).join('\n')).toContain('counted 2 received');
});

test('what met no lease counts as received, once, whether it was given back or begun in the end', () => {
  const once = ['P 1 t/0', 'N 2 t 0 0', 'N 3 t 0 1', 'B 4 t 0 0', handled(5, 0), 'R 6 t/0', 'P 7'];
  expect(judge(once, 2)).toEqual([]);
  expect(judge(once, 1).join('\n')).toContain('counted 1 received');
});

test('a letter that was let go before it was ever sent counts as received, and again where its record comes again', () => {
  const letGo = ['P 1 t/0', 'D 2 t 0 0', 'R 3 t/0', 'P 4'];
  expect(judge([...letGo, 'P 5 t/0', 'B 6 t 0 0', handled(7, 0)], 2)).toEqual([]);
  const sent = ['P 1 t/0', 'D 2 t 0 1', 'L 3 t 0 1', 'B 4 t 0 0', handled(5, 0)];
  expect(judge(sent, 2)).toEqual([]);
  expect(judge(sent, 3).join('\n')).toContain('counted 3 received, its ledger has 2');
  const tooLate = ['P 1 t/0', 'B 2 t 0 1', 'R 3 t/0', 'P 4', 'F 5 t 0 1 3', 'D 5 t 0 1', 'P 6 t/0'];
  expect(judge([...tooLate, 'B 7 t 0 0', handled(8, 0)], 2)).toEqual([]);
});

test('a stop of about the session may have cut it off, a short one has not', () => {
  const stopped = (ms: number) => ({ stops: [{ fromUs: 10e6, toUs: 10e6 + ms * 1e3 }] });
  expect(judge(outage, 2, stopped(1_000))).toHaveLength(1);
  expect(judge(outage, 1, stopped(1_000))).toEqual([]);
  expect(judge(outage, 2, stopped(5_400))).toEqual([]);
});
