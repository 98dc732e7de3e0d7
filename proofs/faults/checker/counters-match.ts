import type { Check, Life, Policy } from './evidence.ts';
import { metricSum } from './metric-sum.ts';
import { few, isWorkBegun, longStops, stepPlace } from './settling.ts';

/** I12: the counters of a process say what its ledger says, where it was never cut off and was quiet when asked. */
export const countersMatch: Check = ({ lives, policy }) =>
  few(
    'I12',
    lives.flatMap((life) =>
      life.metrics === null || wasCut(life, policy) ? [] : differences(life, life.metrics),
    ),
  );

/** The group has dropped it, or may have. */
const wasCut = (life: Life, policy: Policy): boolean =>
  longStops(life, policy).length > 0 || life.steps.some(({ mark }) => mark === 'X');

function differences(life: Life, metrics: string): string[] {
  const { name, steps } = life;
  const count = (mark: string) => steps.filter((step) => step.mark === mark).length;
  const handled = count('H');
  const letters = count('W');
  const received = metricSum(metrics, 'consumer_records_received_total', '');
  const seen = begun(life);
  const pairs: [string, number, number][] = [
    ['handled', metricSum(metrics, 'consumer_records_settled_total', 'outcome="handled"'), handled],
    [
      'dead lettered',
      metricSum(metrics, 'consumer_records_settled_total', 'outcome="dead_lettered"'),
      letters,
    ],
    ['events handled', metricSum(metrics, 'consumer_events_handled_total', ''), handled],
    ['dead letters', metricSum(metrics, 'consumer_dead_letters_total', ''), letters],
    ['received', received, gaveUpUnseen(life) ? Math.max(received, seen) : seen],
  ];
  return pairs
    .filter(([, counted, inLedger]) => counted !== inLedger)
    .map(([what, counted, inLedger]) => `${name} counted ${counted} ${what}, its ledger has ${inLedger}`);
}

/** It gave partitions back in an outage of the target: no ledger has what had come as far as the gate, and no farther. */
const gaveUpUnseen = ({ steps }: Life): boolean =>
  steps.some(({ mark, text }) => mark === 'F' && text === 'outage') && steps.some(({ mark }) => mark === 'R');

/** Records on which work was begun; one that was let go and came again counts each time. */
function begun({ steps }: Life): number {
  /** What was begun and has not ended, with its partition. */
  const open = new Map<string, string>();
  let owned: readonly string[] = [];
  let count = 0;
  for (const step of steps) {
    const place = stepPlace(step);
    // A handler that ran on may fail for good when its partition is gone: its letter is due, and never made.
    if (step.mark === 'D' && !owned.includes(step.partition)) continue;
    if (isWorkBegun(step)) {
      if (!open.has(place)) count += 1;
      open.set(place, step.partition);
    } else if (step.mark === 'H' || step.mark === 'W') open.delete(place);
    else if (step.mark === 'P') {
      owned = step.partitions;
      for (const [begunPlace, partition] of open)
        if (!step.partitions.includes(partition)) open.delete(begunPlace);
    }
  }
  return count;
}
