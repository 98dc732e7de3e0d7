import { setTimeout as pause } from 'node:timers/promises';
import type { FaultProxy, Verdict } from '@event-pipeline/broker/fault-proxy.ts';
import type { Cell } from './cell.ts';
import { garble } from './garble.ts';
import type { Random } from './random.ts';
import { until } from './until.ts';

/** What the consumers ask of a broker, by the protocol's numbers. */
export const apis = {
  produce: 0,
  fetch: 1,
  metadata: 3,
  'offset-commit': 8,
  'offset-fetch': 9,
  'find-coordinator': 10,
  'join-group': 11,
  heartbeat: 12,
  'leave-group': 13,
  'sync-group': 14,
  'api-versions': 18,
} as const;
export type Api = keyof typeof apis;

/**
 * What happens to one exchange. `request-late`: it reaches the broker late, up to 5 s, even where its client has given it up by then. `request-cut`: its connection ends before the broker sees it. `answer-cut`: the broker
 * has done it, and the connection ends in the place of the answer. `answer-late`: it comes late, up to 5 s. `half-open`:
 * from the request on nothing comes through any more, in either direction, and nobody says so. `answer-garbage`: other
 * bytes come in its place.
 */
export type ExchangeFault =
  | 'request-late'
  | 'request-cut'
  | 'answer-cut'
  | 'answer-late'
  | 'half-open'
  | 'answer-garbage';

const waits: ReadonlySet<ExchangeFault> = new Set(['request-late', 'answer-late', 'half-open']);

const HIT_TIMEOUT_MS = 60_000;
const MORE_HITS_MS = 3_000;
/** A join waits as long as a rebalance may take, a minute, before its connection counts as dead. */
const GIVE_UP_TIMEOUT_MS = 90_000;

/** The cell's proxy. @throws where its scenario is not `proxied` */
export function proxyOf(cell: Cell): FaultProxy {
  if (cell.proxy === null) throw new Error('the scenario says nothing of a proxy: proxied');
  return cell.proxy;
}

/**
 * Puts the fault on the next exchanges of this API, makes the consumers need it, and tells the cell when it has hit. What
 * makes a consumer wait does so once for each: again and again would be a cut beyond the session.
 */
export async function strikeExchange(
  cell: Cell,
  api: Api,
  fault: ExchangeFault,
  random: Random,
): Promise<void> {
  const proxy = proxyOf(cell);
  const wanted = random.whole(1, 3);
  const lanes = new Set<number>();
  const givenUpBefore = proxy.givenUp();
  let hits = 0;
  const strike = (apiKey: number, frame: Buffer, lane: number): Verdict | Promise<Verdict> => {
    if (apiKey !== apis[api] || hits >= wanted || (waits.has(fault) && lanes.has(lane))) return 'pass';
    hits += 1;
    lanes.add(lane);
    return verdictOf(fault, frame, random);
  };
  const onRequest = fault.startsWith('request') || fault === 'half-open';
  if (onRequest) proxy.admit = (apiKey, frame, { lane }) => strike(apiKey, frame, lane);
  else proxy.judge = (apiKey, frame, { lane }) => strike(apiKey, frame, lane);
  const provoked = provoke(cell, api, random);
  if (await until(() => hits > 0, HIT_TIMEOUT_MS)) cell.did(`${fault} ${api}`);
  await until(() => hits >= wanted, MORE_HITS_MS);
  proxy.admit = () => 'pass';
  proxy.judge = () => 'pass';
  await provoked;
  if (fault !== 'half-open') return;
  if (await until(() => proxy.givenUp() - givenUpBefore >= hits, GIVE_UP_TIMEOUT_MS)) cell.did('given up');
  else cell.complaints.push(`a connection that had fallen silent at ${api} was kept for 90 s`);
}

function verdictOf(fault: ExchangeFault, frame: Buffer, random: Random): Verdict | Promise<Verdict> {
  if (fault === 'half-open') return 'silence';
  if (fault === 'answer-garbage') return garble(frame, random);
  if (fault === 'answer-late' || fault === 'request-late')
    return pause(random.whole(300, 5_000), 'pass' as const);
  return 'cut';
}

/** Brings about what makes the consumers send it, where they would not by themselves. */
async function provoke(cell: Cell, api: Api, random: Random): Promise<void> {
  if (needsLeaving.has(api) || needsStart.has(api)) await cell.terminate(random.pick(cell.running()));
  if (needsStart.has(api)) cell.start();
}

const needsLeaving: ReadonlySet<Api> = new Set(['join-group', 'sync-group', 'offset-fetch', 'leave-group']);
const needsStart: ReadonlySet<Api> = new Set(['metadata', 'find-coordinator', 'api-versions']);
