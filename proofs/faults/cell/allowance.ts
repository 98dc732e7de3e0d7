import type { Evidence, LogRecord } from '../checker/evidence.ts';
import { idOf, placeOf, settlings } from '../checker/settling.ts';
import { nowUs } from '../preload/ledger-line.ts';
import type { CommitWatch } from './commit-watch.ts';
import type { PlacedRecord, Writer } from './writer.ts';

/**
 * What an operator has taken away by intention, so that the checks must not miss it: records below a place in the log,
 * or everything that was before a time.
 */
export interface Allowance {
  /** Records below these offsets of `topic/partition` may have gone before anyone handled them. */
  readonly floors: Map<string, number>;
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
  const floors = new Map<string, number>();
  const lettersKept: LogRecord[] = [];
  let since = { us: 0, wallMs: 0, looks: 0, written: 0, placed: 0 };

  return {
    floors,
    lettersKept,
    startOver: ({ watch, writer, logGone }) => {
      const { written, placed } = writer;
      since = {
        us: nowUs(),
        wallMs: Date.now(),
        looks: watch.looks.length,
        written: logGone ? written.length : since.written,
        placed: logGone ? placed.length : since.placed,
      };
      lettersKept.length = 0;
    },
    apply: (evidence, placed) => {
      const later: Evidence = {
        ...evidence,
        written: evidence.written.slice(since.written),
        calm: evidence.calm.filter(({ fromUs }) => fromUs >= since.us),
        commitLooks: evidence.commitLooks.slice(since.looks),
        letters: [...lettersKept, ...evidence.letters].filter(
          ({ timestampMs }) => timestampMs >= since.wallMs,
        ),
        lives: evidence.lives.map((life) => ({
          ...life,
          steps: life.steps.filter(({ us }) => us >= since.us),
          metrics: (life.steps[0]?.us ?? Infinity) < since.us ? null : life.metrics,
        })),
      };
      return floors.size === 0 ? later : withoutGone(later, placed.slice(since.placed), floors);
    },
  };
}

/** What is below a floor stays where it was settled, whether the log still has it or not; else it is out of all. */
function withoutGone(
  evidence: Evidence,
  placed: readonly PlacedRecord[],
  floors: ReadonlyMap<string, number>,
): Evidence {
  const settled = settlings(evidence);
  const all = new Map(placed.map((record) => [placeOf(asLogged(record)), asLogged(record)]));
  for (const record of evidence.log) all.set(placeOf(record), record);
  const isGone = (record: LogRecord) =>
    record.offset < (floors.get(`${record.topic}/${record.partition}`) ?? 0) && !settled.has(placeOf(record));
  const inLog = new Set(evidence.log.map(placeOf));
  const isBelow = ({ topic, partition, offset }: LogRecord) =>
    offset < (floors.get(`${topic}/${partition}`) ?? 0);
  const log = [...all.values()].filter(
    (record) => !isGone(record) && (inLog.has(placeOf(record)) || isBelow(record)),
  );
  const gone = new Set([...all.values()].filter(isGone).map(idOf));
  return { ...evidence, log, written: evidence.written.filter(({ id }) => !gone.has(id)) };
}

function asLogged({ headers, ...record }: PlacedRecord): LogRecord {
  return {
    ...record,
    headers: Object.entries(headers).flatMap(([name, values]) =>
      (Array.isArray(values) ? values : [values]).map((value) => ({ name, value: Buffer.from(value) })),
    ),
  };
}
