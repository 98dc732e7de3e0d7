import type { Scenario } from '../scenario.ts';
import type { Moment } from './moments.ts';
import { apis, strikeExchange, type Api, type ExchangeFault } from './network-faults.ts';

/** A scenario for each API that the consumers use, all with the same fault; `ci` names those of the short selection. */
export function exchangeScenarios(fault: ExchangeFault, ci: readonly Api[] = []): Scenario[] {
  return (Object.keys(apis) as Api[]).map((api) => ({
    name: `${fault}-${api}`,
    proxied: true,
    rounds: 3,
    ci: ci.includes(api),
    poisonRatio: api === 'produce' ? 0.2 : 0.05,
    moments: momentsOf(api),
    inject: (cell, random) => strikeExchange(cell, api, fault, random),
    happened: (tally) => tally.of(`${fault} ${api}`) > 0,
  }));
}

/** Nothing is committed and no letter is sent while no records come. */
const momentsOf = (api: Api): Moment[] =>
  api === 'offset-commit' || api === 'produce' ? ['load', 'rebalance'] : ['idle', 'load', 'rebalance'];
