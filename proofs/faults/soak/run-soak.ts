import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { until } from '../cell/until.ts';
import { ledgerProblems } from './ledger.ts';
import { startMember, type Member } from './member.ts';
import { soakTable } from './soak-table.ts';
import { startStage, type Stage } from './stage.ts';
import { growthProblems } from './thirds.ts';

export interface SoakOptions {
  /** How long records are written. */
  readonly minutes: number;
  /** For what it leaves behind. */
  readonly folder: string;
  readonly say: (text: string) => void;
}

const LOOK_MS = 10_000;
const SCRAPE_MS = 5_000;
const SAY_MS = 60_000;
/** A third member comes so often, and goes after so long. */
const VISIT_EVERY_MS = 120_000;
const VISIT_MS = 40_000;
const READY_TIMEOUT_MS = 60_000;
const QUIET_TIMEOUT_MS = 180_000;

/**
 * Two members under a steady load, and a third that comes and goes: nothing that they take may grow, and no record may be
 * lost. It ends at most about 15 minutes after the time that is asked for.
 * @returns whether all was as it should be
 */
export async function runSoak({ minutes, folder, say }: SoakOptions): Promise<boolean> {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const stage = await startStage();
  const start = (name: string) => startMember(name, folder, stage.env);
  const stayers = ['c1', 'c2'].map(start);
  const problems: string[] = [];
  try {
    if (!(await until(() => allReady(stayers), READY_TIMEOUT_MS)))
      problems.push('the members were not ready');
    const over = AbortSignal.timeout(minutes * 60_000);
    const visitors: Member[] = [];
    await Promise.all([
      every(LOOK_MS, over, () => stayers.forEach((member) => member.look())),
      every(SCRAPE_MS, over, async () => {
        await Promise.all(
          [...stayers, ...visitors.slice(-1)].map((one) => one.scrape().catch(() => undefined)),
        );
      }),
      every(SAY_MS, over, () => say(sayProgress(stage, stayers))),
      every(VISIT_EVERY_MS, over, async () => {
        visitors.push(start(`visitor-${visitors.length + 1}`));
        await pause(VISIT_MS);
        problems.push(...(await endProblems(visitors.slice(-1))));
      }),
    ]);
    problems.push(...(await conclude(stage, stayers)));
    const visits = visitors.length;
    say(soakTable(stayers));
    say(`${stage.written()} records, ${visits} visits of a third member`);
    for (const { name, looks } of stayers) problems.push(...growthProblems(name, looks));
  } finally {
    await Promise.all(stayers.map((member) => member.end()));
    await stage.stop();
    const looks = Object.fromEntries(stayers.map((member) => [member.name, member.looks]));
    writeFileSync(
      path.join(folder, 'soak.json'),
      `${JSON.stringify({ minutes, problems, looks }, null, 1)}\n`,
    );
  }
  say(problems.length === 0 ? 'ok' : ['WRONG', ...problems, `what it left: ${folder}`].join('\n      '));
  return problems.length === 0;
}

/** The writer ends, all is committed, the members end, and the ledgers are compared. */
async function conclude(stage: Stage, members: readonly Member[]): Promise<string[]> {
  await stage.endWriter();
  const quiet = await until(() => stage.isCommittedToTheEnd().catch(() => false), QUIET_TIMEOUT_MS);
  const ended = await endProblems(members);
  return [
    ...ended,
    ...(quiet ? [] : ['not all was committed in time']),
    ...ledgerProblems(await stage.ledger()),
  ];
}

async function endProblems(members: readonly Member[]): Promise<string[]> {
  const codes = await Promise.all(members.map((member) => member.end()));
  return codes.flatMap((code, at) => (code === 0 ? [] : [`${members[at]?.name} ended with ${code}`]));
}

async function allReady(members: readonly Member[]): Promise<boolean> {
  return (await Promise.all(members.map((member) => member.isReady()))).every(Boolean);
}

/** Calls it again and again, so long after the last call ended, until the time is over. */
async function every(ms: number, over: AbortSignal, call: () => Promise<void> | void): Promise<void> {
  while (await pause(ms, true, { signal: over }).catch(() => false)) await call();
}

function sayProgress(stage: Stage, members: readonly Member[]): string {
  const rss = members.map(({ name, looks }) => `${name} ${looks.at(-1)?.rssMib.toFixed(0)} MiB`);
  return `${stage.written()} records, ${rss.join(', ')}`;
}
