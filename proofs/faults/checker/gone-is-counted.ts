import type { Check, Evidence } from './evidence.ts';
import { metricSum } from './metric-sum.ts';
import { few } from './settling.ts';

/**
 * I12, for what was deleted before anyone had handled it: it is counted as gone. Offsets that hold no record count too, and
 * who goes on from what is committed counts what is settled above it: so it may be more. Nothing can be said of a deletion
 * that a process may have counted whose counters were not kept.
 */
export const goneIsCounted: Check = (evidence) => {
  const least = new Map<string, number>();
  for (const { partition, us, count } of evidence.gone)
    if (!isCountedUnseen(evidence, partition, us)) least.set(partition, (least.get(partition) ?? 0) + count);
  return few(
    'I12',
    [...least].flatMap(([name, gone]) => {
      const counted = goneCounted(evidence, name);
      return counted >= gone
        ? []
        : [
            `${gone} records of ${name} were deleted before they were handled, ${counted} are counted as gone`,
          ];
    }),
  );
};

const isCountedUnseen = ({ lives }: Evidence, partition: string, us: number): boolean =>
  lives.some(
    ({ metrics, steps }) =>
      metrics === null &&
      (steps.at(-1)?.us ?? 0) > us &&
      steps.some(({ mark, partitions }) => mark === 'P' && partitions.includes(partition)),
  );

function goneCounted({ lives }: Evidence, name: string): number {
  const at = name.lastIndexOf('/');
  const label = `topic="${name.slice(0, at)}",partition="${name.slice(at + 1)}"`;
  return lives.reduce(
    (sum, { metrics }) => sum + metricSum(metrics ?? '', 'consumer_records_gone_total', label),
    0,
  );
}
