import type { RefusedOffset } from './broker-types.ts';
import { faultOf, type Fault } from './errors.ts';
import type { CommitEntry, CommitResult } from './group-types.ts';

/** Why a member's time with its partitions ends. `cut`: the group has dropped the member already. */
export type End = 'rebalance' | 'cut' | 'stop';

/** What the group's answer means for the partitions; null where it is no answer of the group, but a failure. */
export function endOf(error: unknown): Exclude<End, 'stop'> | null {
  const { type } = faultOf(error);
  if (type === 'REBALANCE_IN_PROGRESS') return 'rebalance';
  return ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'].includes(type) ? 'cut' : null;
}

/** The positions that were taken: all but the refused ones. */
export function without(
  entries: readonly CommitEntry[],
  refused: readonly RefusedOffset[],
): readonly CommitEntry[] {
  if (refused.length === 0) return entries;
  const names = new Set(refused.map(({ topic, partition }) => `${topic}/${partition}`));
  return entries.filter(({ topic, partition }) => !names.has(`${topic}/${partition}`));
}

/** What a failure says of a commit. */
export function resultOf({ type, network }: Fault): CommitResult {
  if (type === 'OFFSET_METADATA_TOO_LARGE') return 'metadata-too-large';
  return network || type === 'REQUEST_TIMED_OUT' ? 'unknown' : 'refused';
}

/** Throws one refusal, if there are any; metadata that are too long rather than others, for the next commit leaves them out. */
export function throwFirst(refused: readonly RefusedOffset[]): void {
  const errors = refused.map(({ error }) => error);
  const first = errors.find((error) => faultOf(error).type === 'OFFSET_METADATA_TOO_LARGE') ?? errors[0];
  if (first !== undefined) throw first;
}
