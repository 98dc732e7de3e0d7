import { nextTurn, until } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const STALL_TIMEOUT_MS = 20_000;

/** Nobody takes the lines of a consumer for a while, and then it is killed or read on: no committed line is lost. */
export const scenario: Scenario = {
  name: 'stdout-stalled',
  pipesOutput: true,
  consumers: 2,
  recordsPerSec: 2_000,
  rounds: 3,
  moments: ['load', 'rebalance'],
  async inject(cell, random) {
    const victim = random.pick(cell.running());
    victim.stallOutput();
    // A pipe takes 64 KiB before it is full, and the reader some more.
    const handled = () => victim.count('H');
    const before = handled();
    if (await until(() => handled() - before > 2_000, STALL_TIMEOUT_MS)) cell.did('output stalled');
    for (let turns = random.whole(20, 60); turns > 0; turns -= 1) await nextTurn();
    const { status, text } = await victim.get('/healthz');
    if (status !== 200)
      cell.complaints.push(`${victim.name} is not healthy while its output is stalled: ${text}`);
    const kills = cell.tally.of('kill') === 0 || random.next() < 0.5;
    if (kills) await victim.kill();
    else victim.readOutput();
    cell.did(kills ? 'kill' : 'output read on');
  },
  happened: (tally) => tally.of('output stalled') > 0,
};
