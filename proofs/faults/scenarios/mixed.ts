import { killAtPoint, killOne, makeZombie, points, terminateOne } from '../cell/actions.ts';
import type { Scenario } from '../scenario.ts';

/** Kills, ends, joins and zombies, two at a time. */
export const scenario: Scenario = {
  name: 'mixed',
  ci: true,
  consumers: 4,
  rounds: 8,
  poisonRatio: 0.1,
  moments: ['load', 'rebalance', 'idle'],
  async inject(cell, random) {
    const faults = [
      () => killOne(cell, random),
      () => terminateOne(cell, random),
      () => killAtPoint(cell, random.pick(points), random.whole(1, 5)),
      () => makeZombie(cell, random.pick(cell.running())),
    ];
    cell.writer.resume();
    await random.pick(faults)();
    await random.pick(faults)();
  },
  happened: (tally) =>
    tally.of('kill') + tally.of('terminate') + tally.of('zombie') > 0 &&
    (tally.of('zombie') === 0 || tally.of('takeover') > 0),
};
