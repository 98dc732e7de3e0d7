import { faultOf } from './errors.ts';

/** Why a member's time with its partitions ends. `cut`: the group has dropped the member already. */
export type End = 'rebalance' | 'cut' | 'stop';

/** What the group's answer means for the partitions; null where it is no answer of the group, but a failure. */
export function endOf(error: unknown): Exclude<End, 'stop'> | null {
  const { type } = faultOf(error);
  if (type === 'REBALANCE_IN_PROGRESS') return 'rebalance';
  return ['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'FENCED_INSTANCE_ID'].includes(type) ? 'cut' : null;
}
