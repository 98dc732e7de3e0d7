import type { Cell } from './cell.ts';
import type { ConsumerProcess } from './consumer-process.ts';
import type { Random } from './random.ts';
import { until } from './until.ts';

/** The points of the consumer's code at which a process can end or stop itself. */
export const points = [
  'handler-began',
  'handler-ended',
  'letter-sending',
  'letter-written',
  'commit-sending',
  'commit-answered',
] as const;
export type Point = (typeof points)[number];

const POINT_TIMEOUT_MS = 30_000;

/** Kills one of the running consumers. */
export async function killOne(cell: Cell, random: Random): Promise<void> {
  const victim = random.pick(cell.running());
  await victim.kill();
  cell.did('kill');
}

/** Starts a consumer that kills itself at the n-th passing of the point, and waits for that. */
export async function killAtPoint(cell: Cell, point: Point, passing: number): Promise<void> {
  const victim = cell.start(`${point}:${passing}:kill`);
  if (await until(() => !victim.running(), POINT_TIMEOUT_MS)) cell.did(`kill at ${point}`);
  else await victim.kill();
  cell.did('kill');
}

/** Asks one of the running consumers to stop, and waits for its end. */
export async function terminateOne(cell: Cell, random: Random): Promise<void> {
  await cell.terminate(random.pick(cell.running()));
  cell.did('terminate');
}

/**
 * Stops a consumer for longer than its session, so that others take its partitions, then lets it go on. `meanwhile`
 * happens when they have.
 */
export async function makeZombie(
  cell: Cell,
  zombie: ConsumerProcess,
  meanwhile: () => Promise<void> | void = () => {},
): Promise<void> {
  zombie.pause();
  await othersTookOver(cell, zombie);
  await meanwhile();
  zombie.resume();
  cell.did('zombie');
}

/** Starts a consumer that stops itself at the point, beyond its session, then lets it go on. */
export async function zombieAtPoint(cell: Cell, point: Point, passing: number): Promise<void> {
  const zombie = cell.start(`${point}:${passing}:stop`);
  if (!(await until(() => zombie.count('S') > 0, POINT_TIMEOUT_MS))) {
    // It would stop at a time that nobody waits for.
    await zombie.kill();
    cell.did('kill');
    return;
  }
  await othersTookOver(cell, zombie);
  zombie.resume();
  cell.did('zombie');
  cell.did(`zombie at ${point}`);
}

/** The others are given partitions once more: the group has dropped the one that is stopped. */
export async function othersTookOver(cell: Cell, stopped: ConsumerProcess): Promise<void> {
  const others = cell.running().filter((one) => one !== stopped);
  const count = () => others.reduce((sum, one) => sum + one.count('P'), 0);
  const before = count();
  const session = performance.now() + cell.policy.sessionMs;
  if (await until(() => count() > before && performance.now() > session, 3 * cell.policy.sessionMs))
    cell.did('takeover');
}
