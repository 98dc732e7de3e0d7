import { setTimeout as pause } from 'node:timers/promises';
import type { Way } from '@event-pipeline/broker/fault-proxy.ts';
import { nowUs } from '../preload/ledger-line.ts';
import { othersTookOver } from './actions.ts';
import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import { proxyOf } from './network-faults.ts';

/**
 * How a consumer is cut off. `refused`: connections are reset, and new ones refused. `silent`: they stay open, new ones
 * are taken, and nothing comes through. `deaf`: what it sends arrives, and no answer comes back.
 */
export type CutOff = 'refused' | 'silent' | 'deaf';

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
  let swallowed = 0;
  const swallow = (_apiKey: number, _frame: Buffer, way: Way) => {
    if (!choice(way)) return 'pass';
    swallowed += 1;
    return how === 'deaf' ? 'hold' : 'silence';
  };
  if (how === 'refused') await proxy.shut(choice);
  else if (how === 'silent') proxy.admit = swallow;
  else proxy.judge = swallow;
  await during();
  proxy.admit = () => 'pass';
  proxy.judge = () => 'pass';
  await proxy.reopen();
  const toUs = nowUs();
  if (how === 'refused' || swallowed > 0) cell.did(`cut off: ${how}`);
  const brokers = cell.cluster.nodes.length;
  for (const consumer of cell.running()) {
    const all = Array.from({ length: brokers }, (_, broker) => choice({ lane: consumer.lane, broker }));
    if (all.some(Boolean)) consumer.wasCutOff(fromUs, toUs);
  }
}
