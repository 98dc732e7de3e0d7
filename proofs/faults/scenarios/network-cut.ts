import { nextTurn } from '../cell/until.ts';
import type { Scenario } from '../scenario.ts';

const OFFSET_COMMIT = 8;
const PRODUCE = 0;
const cutAt = (apiKey: number | null) => (apiKey === null ? 'all cut' : `answer cut (api ${apiKey})`);
const places = [OFFSET_COMMIT, PRODUCE, null] as const;

/** Connections are cut, all at once or in the place of an answer to a commit or a letter: an outage repeats nothing. */
export const scenario: Scenario = {
  name: 'network-cut',
  proxied: true,
  poisonRatio: 0.1,
  moments: ['load', 'load', 'idle', 'rebalance'],
  async inject(cell, random) {
    const { proxy } = cell;
    if (proxy === null) throw new Error('the cell has no proxy');
    let cut = 0;
    const at = random.pick(places);
    if (at === null) proxy.cutAll();
    else
      proxy.judge = (apiKey) => {
        if (apiKey !== at) return 'pass';
        cut += 1;
        return 'cut';
      };
    for (let turns = random.whole(50, 150); turns > 0; turns -= 1) await nextTurn();
    proxy.judge = () => 'pass';
    if (at === null || cut > 0) cell.did(cutAt(at));
  },
  happened: (tally) => places.some((at) => tally.of(cutAt(at)) > 0),
};
