import type { Check } from './evidence.ts';
import { few } from './settling.ts';

/** I3: when all is healed and quiet, what is committed is the end of the log, on every partition. */
export const committedToTheEnd: Check = ({ ends, committed }) =>
  few(
    'I3',
    [...ends]
      .filter(([partition, end]) => (committed.get(partition) ?? 0) !== end)
      .map(([partition, end]) => {
        return `${partition} is committed to ${committed.get(partition) ?? 'nothing'}, its log ends at ${end}`;
      }),
  );
