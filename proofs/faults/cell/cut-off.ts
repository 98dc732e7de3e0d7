import { setTimeout as pause } from 'node:timers/promises';
import type { Way } from '@event-pipeline/broker/fault-proxy.ts';
import { nowUs } from '../preload/ledger-line.ts';
import { othersTookOver } from './actions.ts';
import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { proxyOf } from './network-faults.ts';

/**
 * How a consumer is cut off. `refused`: connections are reset, and new ones refused. `silent`: they stay open, new ones
 * are taken, and nothing comes through, also later. `deaf`: what it sends arrives, and the answers come at the end.
 * `stalled`: both come at the end, as over a network that is whole again.
 */
export type CutOff = 'refused' | 'silent' | 'deaf' | 'stalled';

/** Cuts one consumer off for longer than its session, so that others take its partitions, then lets it back. */
export async function cutOffOne(cell: Cell, victim: ConsumerProcess, how: CutOff): Promise<void> {
  const isVictims = ({ lane }: Way) => lane === victim.lane;
  await whileCutOff(cell, isVictims, how, async () => {
    await othersTookOver(cell, victim);
  });
  cell.did('zombie');
}

/** Cuts ways off for `awayMs`; only the brokers and the clients outside of the proxy are in touch then. */
export async function cutOffWays(
  cell: Cell,
  choice: (way: Way) => boolean,
  how: CutOff,
  awayMs: number,
): Promise<void> {
  await whileCutOff(cell, choice, how, () => pause(awayMs));
}

async function whileCutOff(
  cell: Cell,
  choice: (way: Way) => boolean,
  how: CutOff,
  during: () => Promise<void>,
): Promise<void> {
  const proxy = proxyOf(cell);
  const fromUs = nowUs();
  const { promise: healed, resolve: heal } = Promise.withResolvers<'pass'>();
  let stopped = 0;
  const stop = (_apiKey: number, _frame: Buffer, way: Way) => {
    if (!choice(way)) return 'pass';
    stopped += 1;
    return how === 'silent' ? 'silence' : healed;
  };
  if (how === 'refused') await proxy.shut(choice);
  if (how === 'silent' || how === 'stalled') proxy.admit = stop;
  if (how === 'deaf' || how === 'stalled') proxy.judge = stop;
  await during();
  // Before it is healed: what the healing lets through comes after this moment.
  const toUs = nowUs();
  heal('pass');
  proxy.admit = () => 'pass';
  proxy.judge = () => 'pass';
  await proxy.reopen();
  if (how === 'refused' || stopped > 0) cell.did(`cut off: ${how}`);
  const brokers = cell.cluster.nodes.length;
  for (const consumer of cell.running()) {
    const all = Array.from({ length: brokers }, (_, broker) => choice({ lane: consumer.lane, broker }));
    if (all.some(Boolean)) consumer.wasCutOff(fromUs, toUs);
  }
}
