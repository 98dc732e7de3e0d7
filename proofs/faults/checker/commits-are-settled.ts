import type { Check, Evidence, Position } from './evidence.ts';
import { few, placeOf, settlings } from './settling.ts';

/** The records of one partition: their offsets, ascending, and when each was settled first. */
interface SettledLog {
  readonly offsets: number[];
  readonly settledUs: number[];
  /** The latest of `settledUs` up to each index. */
  readonly latestUs: number[];
}

/**
 * I2: at the moment when a commit is sent, all that it covers is settled: everything below its position, and its ranges.
 * It can take effect no earlier than that. And what the group has, asked from outside, is settled, whoever committed it.
 */
export const commitsAreSettled: Check = (evidence) => {
  const logs = settledLogs(evidence);
  const problems: string[] = [];
  for (const { name, steps } of evidence.lives) {
    for (const { mark, us, positions } of steps) {
      if (mark !== 'C') continue;
      for (const position of positions) {
        const early = firstUnsettled(logs.get(position.partition), position, us);
        if (early === null) continue;
        const { partition, offset } = position;
        problems.push(`${name} committed ${partition}:${offset} while ${early} was not settled`);
      }
    }
  }
  for (const { partition, offset, topicId, toUs } of evidence.commitLooks) {
    const early = firstUnsettled(logs.get(partition), { partition, offset, topicId, ranges: [] }, toUs);
    if (early !== null) problems.push(`the group had ${partition}:${offset} while ${early} was not settled`);
  }
  return few('I2', problems);
};

function settledLogs(evidence: Evidence): Map<string, SettledLog> {
  const settled = settlings(evidence);
  const logs = new Map<string, SettledLog>();
  for (const record of evidence.log.toSorted((a, b) => a.offset - b.offset)) {
    const name = `${record.topic}/${record.partition}`;
    const log = logs.get(name) ?? { offsets: [], settledUs: [], latestUs: [] };
    logs.set(name, log);
    const us = settled.get(placeOf(record))?.[0]?.step.us ?? Infinity;
    log.offsets.push(record.offset);
    log.settledUs.push(us);
    log.latestUs.push(Math.max(us, log.latestUs.at(-1) ?? 0));
  }
  return logs;
}

function firstUnsettled(log: SettledLog | undefined, position: Position, us: number): number | null {
  if (log === undefined) return null;
  const below = countBelow(log.offsets, position.offset);
  if (below > 0 && (log.latestUs[below - 1] as number) > us) {
    return log.offsets[log.settledUs.findIndex((settledUs) => settledUs > us)] ?? null;
  }
  for (const { first, last } of position.ranges) {
    for (let index = countBelow(log.offsets, first); (log.offsets[index] ?? Infinity) <= last; index += 1) {
      if ((log.settledUs[index] as number) > us) return log.offsets[index] as number;
    }
  }
  return null;
}

/** How many of the ascending offsets are below `offset`. */
function countBelow(offsets: readonly number[], offset: number): number {
  let [from, to] = [0, offsets.length];
  while (from < to) {
    const middle = (from + to) >>> 1;
    if ((offsets[middle] as number) < offset) from = middle + 1;
    else to = middle;
  }
  return from;
}
