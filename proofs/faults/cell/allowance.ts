import type { Evidence, LogRecord } from '../checker/evidence.ts';
import { idOf, placeOf, settlings } from '../checker/settling.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { CommitWatch } from './commit-watch.ts';
import { goneUnhandled, type Deletion } from './deletions.ts';
import type { PlacedRecord, Writer } from './writer.ts';

/**
 * What an operator has taken away by intention, so that the checks must not miss it: records below a place in the log,
 * or everything that was before a time.
 */
export interface Allowance {
  /**
   * Records of a `topic/partition` from an offset (included) up to another may have gone before anyone handled them. What was
   * committed as they were deleted is below the first: that must be settled.
   */
  mayGo(partition: string, from: number, to: number): void;
  /** None of them may, from now on. */
  clearGone(): void;
  /** From now on, records may go that have a later one of their key, or no value: the log is compacted. */
  startCompaction(): void;
  /** Letters that the dead letter topic held before it was deleted. */
  readonly lettersKept: LogRecord[];
  /** What was handled, committed and lettered until now counts no more; no consumer may run. */
  startOver(options: {
    readonly watch: CommitWatch;
    readonly writer: Writer;
    readonly logGone: boolean;
  }): void;
  /** The evidence that is left to be judged. */
  apply(evidence: Evidence, placed: readonly PlacedRecord[]): Evidence;
}

/** Nothing is allowed at first. */
export function createAllowance(): Allowance {
  const gone = new Map<string, Deletion[]>();
  const lettersKept: LogRecord[] = [];
  let compacts = false;
  let since = { us: 0, wallMs: 0, looks: 0, written: 0, placed: 0, logGone: false };

  return {
    mayGo: (partition, from, to) => {
      gone.set(partition, [...(gone.get(partition) ?? []), { us: nowUs(), from, to }]);
    },
    clearGone: () => gone.clear(),
    lettersKept,
    startCompaction: () => {
      compacts = true;
    },
    startOver: ({ watch, writer, logGone }) => {
      const { written, placed } = writer;
      since = {
        us: nowUs(),
        wallMs: Date.now(),
        looks: watch.looks.length,
        written: logGone ? written.length : since.written,
        placed: logGone ? placed.length : since.placed,
        logGone,
      };
      lettersKept.length = 0;
    },
    apply: (evidence, placed) => {
      const isOfGoneLog = since.logGone ? namesOneOf(topicIdsBefore(evidence, since.us)) : () => false;
      const later: Evidence = {
        ...evidence,
        written: evidence.written.slice(since.written),
        calm: evidence.calm.filter(({ fromUs }) => fromUs >= since.us),
        commitLooks: evidence.commitLooks.slice(since.looks).filter((look) => !isOfGoneLog(look)),
        letters: [...lettersKept, ...evidence.letters].filter(
          ({ timestampMs }) => timestampMs >= since.wallMs,
        ),
        lives: evidence.lives.map((life) => ({
          ...life,
          steps: life.steps
            .filter(({ us }) => us >= since.us)
            .map((step) => ({
              ...step,
              positions: step.positions.filter((position) => !isOfGoneLog(position)),
            })),
          metrics: (life.steps[0]?.us ?? Infinity) < since.us ? null : life.metrics,
        })),
      };
      if (gone.size === 0 && !compacts) return later;
      const logged = placed.slice(since.placed).map(asLogged);
      const isCompacted = compacts ? compactedAway(later.log, logged) : () => false;
      const goneOf = (record: LogRecord) => gone.get(partitionOf(record)) ?? [];
      const settled = settlings(later);
      const unhandled = logged.filter((record) => !settled.has(placeOf(record)));
      const judged = { ...later, gone: goneUnhandled(gone, since.us, unhandled) };
      return withoutGone(judged, logged, {
        mayBeAway: (record) => goneOf(record).some(({ to }) => record.offset < to) || isCompacted(record),
        mayBeUnsettled: (record) =>
          goneOf(record).some(({ from, to }) => from <= record.offset && record.offset < to) ||
          isCompacted(record),
      });
    },
  };
}

interface OfTopic {
  readonly topicId: string | null;
}

/** The topics that commits named before the time: what names one of them later is no position in the log that followed it. */
const topicIdsBefore = ({ lives }: Evidence, us: number): ReadonlySet<string | null> =>
  new Set(
    lives.flatMap(({ steps }) =>
      steps
        .filter((step) => step.us < us)
        .flatMap(({ positions }) => positions.map(({ topicId }) => topicId)),
    ),
  );

const namesOneOf =
  (topicIds: ReadonlySet<string | null>) =>
  ({ topicId }: OfTopic): boolean =>
    topicId !== null && topicIds.has(topicId);

const partitionOf = ({ topic, partition }: LogRecord): string => `${topic}/${partition}`;

/** Whether a record is missing that compaction may take: there is a later one of its key, or it is a tombstone. */
function compactedAway(
  log: readonly LogRecord[],
  placed: readonly LogRecord[],
): (record: LogRecord) => boolean {
  const inLog = new Set(log.map(placeOf));
  const laneOf = (record: LogRecord) => `${partitionOf(record)} ${record.key?.toString('latin1')}`;
  const last = new Map<string, number>();
  for (const record of placed)
    last.set(laneOf(record), Math.max(record.offset, last.get(laneOf(record)) ?? -1));
  return (record) =>
    !inLog.has(placeOf(record)) &&
    (record.value === null || record.offset < (last.get(laneOf(record)) ?? -1));
}

/** What may be unsettled, and is, is out of all; what else may be away from the log is judged as if it were there. */
function withoutGone(
  evidence: Evidence,
  placed: readonly LogRecord[],
  {
    mayBeAway,
    mayBeUnsettled,
  }: Readonly<Record<'mayBeAway' | 'mayBeUnsettled', (record: LogRecord) => boolean>>,
): Evidence {
  const settled = settlings(evidence);
  const all = new Map([...placed, ...evidence.log].map((record) => [placeOf(record), record]));
  const isGone = (record: LogRecord) => mayBeUnsettled(record) && !settled.has(placeOf(record));
  const inLog = new Set(evidence.log.map(placeOf));
  const log = [...all.values()].filter(
    (record) => !isGone(record) && (inLog.has(placeOf(record)) || mayBeAway(record)),
  );
  const ids = new Set([...all.values()].filter(isGone).map(idOf));
  return { ...evidence, log, written: evidence.written.filter(({ id }) => !ids.has(id)) };
}

function asLogged({ headers, ...record }: PlacedRecord): LogRecord {
  return {
    ...record,
    headers: Object.entries(headers).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : [values]).map((value) => ({ name, value: Buffer.from(value) })),
    ),
  };
}
