import type { Evidence, LogRecord } from '../checker/evidence.ts';

/** Records of a partition that may have gone before anyone handled them, from an offset (included) up to another. */
export interface Deletion {
  readonly us: number;
  readonly from: number;
  readonly to: number;
}

/**
 * By partition and deletion, how many of the records were handled by nobody: they are to be counted as gone. Where nothing
 * was committed they need not be: who begins at the log's start knows of nothing before it.
 */
export function goneUnhandled(
  deletions: ReadonlyMap<string, readonly Deletion[]>,
  sinceUs: number,
  unhandled: readonly LogRecord[],
): Evidence['gone'] {
  return [...deletions].flatMap(([partition, list]) => {
    const offsets = unhandled
      .filter((record) => `${record.topic}/${record.partition}` === partition)
      .map(({ offset }) => offset);
    const isIn = (offset: number, { from, to }: Deletion) => from <= offset && offset < to;
    return list
      .map((deletion, at) => {
        const earlier = list.slice(0, at);
        const first = offsets.filter(
          (offset) => isIn(offset, deletion) && !earlier.some((one) => isIn(offset, one)),
        );
        return { partition, us: deletion.us, from: deletion.from, count: first.length };
      })
      .filter(({ us, from }) => us >= sinceUs && from > 0)
      .map(({ us, count }) => ({ partition, us, count }));
  });
}
