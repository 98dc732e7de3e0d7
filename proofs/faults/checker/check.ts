import { setImmediate as turn } from 'node:timers/promises';
import { alive } from './alive.ts';
import { allAreSettled } from './all-are-settled.ts';
import { bounded } from './bounded.ts';
import { commitsAreSettled } from './commits-are-settled.ts';
import { commitsGoForward } from './commits-go-forward.ts';
import { committedToTheEnd } from './committed-to-the-end.ts';
import { countersMatch } from './counters-match.ts';
import type { Evidence } from './evidence.ts';
import { goneIsCounted } from './gone-is-counted.ts';
import { handledAsWritten } from './handled-as-written.ts';
import { healthTells } from './health-tells.ts';
import { keysInOrder } from './keys-in-order.ts';
import { lettersArePoison } from './letters-are-poison.ts';
import { lettersAreWhole } from './letters-are-whole.ts';
import { linesBeforeCommits } from './lines-before-commits.ts';
import { neverStandsStill } from './never-stands-still.ts';
import { noRepeats } from './no-repeats.ts';
import { oneOwner } from './one-owner.ts';
import { shrunkForACause } from './shrunk-for-a-cause.ts';
import { targetKeepsOrder } from './target-keeps-order.ts';
import { targetTookAll } from './target-took-all.ts';
import { targetTookValues } from './target-took-values.ts';
import { waitsAreBounded } from './waits-are-bounded.ts';

/** I1 to I13, in their order. */
const checks = [
  allAreSettled,
  targetTookAll,
  commitsAreSettled,
  committedToTheEnd,
  handledAsWritten,
  targetTookValues,
  keysInOrder,
  targetKeepsOrder,
  noRepeats,
  commitsGoForward,
  oneOwner,
  lettersAreWhole,
  shrunkForACause,
  lettersArePoison,
  waitsAreBounded,
  alive,
  healthTells,
  neverStandsStill,
  countersMatch,
  goneIsCounted,
  linesBeforeCommits,
  bounded,
];

/** What is broken, in words; empty where everything that is promised was kept. Others have their turn between the checks. */
export async function checkInTurns(evidence: Evidence): Promise<string[]> {
  const problems: string[] = [];
  for (const holds of checks) {
    problems.push(...holds(evidence));
    await turn();
  }
  return problems;
}

/** The same at once. */
export function check(evidence: Evidence): string[] {
  return checks.flatMap((holds) => holds(evidence));
}
