import type { Evidence, Life } from '../checker/evidence.ts';
import type { Cell } from './cell.ts';
import type { Patience } from './patience.ts';
import { comesToRest } from './quiet.ts';
import { partitionEnds, readTopics } from './read-topics.ts';
import { nextTurn } from './until.ts';

/** All is committed, the counters are kept, the consumers end. */
export async function comeToRest(cell: Cell, patience: Patience): Promise<void> {
  const startedMs = performance.now();
  const isAtRest = await comesToRest(cell, patience);
  cell.times.endsCalm();
  if (!isAtRest)
    cell.complaints.push(`not all was committed ${secondsSince(startedMs)} s after the last fault`);
  for (const consumer of cell.running()) {
    const { status, text } = await consumer.get('/healthz').catch(failedAnswer);
    if (status !== 200) cell.complaints.push(`${consumer.name} is not healthy in the end: ${text}`);
    else await consumer.keepMetrics();
  }
  await Promise.all(cell.running().map((consumer) => cell.terminate(consumer)));
}

const secondsSince = (ms: number) => Math.round((performance.now() - ms) / 1_000);

const failedAnswer = (error: unknown) => ({ status: 0, text: String(error) });

/** All that the checks look at; the consumers have ended. @throws what the other client throws */
export async function collect(cell: Cell, healthLooks: Evidence['healthLooks']): Promise<Evidence> {
  const { bootstrap } = cell.cluster;
  const committed = await cell.watch.look();
  await cell.watch.end();
  const evidence: Evidence = {
    written: cell.writer.written,
    log: await readTopics(bootstrap, cell.topics, `${cell.name}-log-reader`),
    letters: await readTopics(bootstrap, [cell.dlqTopic], `${cell.name}-letter-reader`),
    gone: [],
    ends: await partitionEnds(bootstrap, cell.topics),
    committed,
    commitLooks: cell.watch.looks,
    calm: cell.times.calm,
    rests: cell.times.rests,
    outages: cell.times.outages,
    healthLooks,
    lives: await livesOf(cell),
    targetTaken: cell.target?.taken ?? null,
    complaints: cell.complaints,
    policy: cell.policy,
  };
  return cell.allowance.apply(evidence, cell.writer.placed);
}

/** One after another: a long ledger takes its time, and other cells go on meanwhile. */
async function livesOf(cell: Cell): Promise<Life[]> {
  const lives: Life[] = [];
  for (const one of cell.processes) {
    lives.push(one.life());
    await nextTurn();
  }
  return lives;
}
