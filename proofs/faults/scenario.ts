import type { Cell } from './cell/cell.ts';
import type { MadeRecord } from './cell/make-record.ts';
import type { Tally } from './cell/tally.ts';
import type { Moment } from './cell/moments.ts';
import type { Random } from './cell/random.ts';

/** One family of faults. Its file exports it as `scenario`; what is not said has the default that stands here. */
export interface Scenario {
  /** As in `--only`; the file's name. */
  readonly name: string;
  /** How many brokers; 1. */
  readonly brokers?: 1 | 3;
  /** Whether the fault would disturb others on the same brokers; false. */
  readonly ownBrokers?: boolean;
  /** Over the properties of its own brokers. */
  readonly brokerProperties?: Readonly<Record<string, string>>;
  /** How many consumers there are while all is well; 3. */
  readonly consumers?: number;
  /** Settings of the consumers, over the cell's own. */
  readonly env?: Readonly<Record<string, string>>;
  /** Whether the consumers, and they alone, reach the brokers through `cell.proxy`; false. */
  readonly proxied?: boolean;
  /** Whether events are forwarded, to `cell.target`; false. */
  readonly forwards?: boolean;
  /** Whether the consumers' output goes through pipes, so that `stallOutput` can stall it; false. */
  readonly pipesOutput?: boolean;
  /** What the target answers for ever to an event that must end as a letter, by its id; null for the others. */
  readonly fails?: (eventId: string) => number | null;
  /** 1,000. */
  readonly recordsPerSec?: number;
  /** 0.02. */
  readonly poisonRatio?: number;
  /** How many different keys there are, Infinity for one a record; 40. */
  readonly keys?: number;
  /** How long a header is that each record has besides; none. */
  readonly paddingBytes?: number;
  /** The resident memory that each consumer may take; 512. */
  readonly rssMaxMib?: number;
  /** Changes each record after it was made up; as it is. */
  readonly shape?: (record: MadeRecord, random: Random) => MadeRecord;
  /** Rounds of one cell, where the time allows, and as many as there are different moments in any case, no more than this; 6. */
  readonly rounds?: number;
  /** Whether it is part of the short selection; false. */
  readonly ci?: boolean;
  /** What goes on when the fault is put in: in turn, a round each, those that are named twice more often than others. */
  readonly moments: readonly Moment[];
  /** Puts the fault in once, and says with `cell.did(…)` what it has seen to have happened. */
  inject(cell: Cell, random: Random): Promise<void>;
  /** Heals what `cell.refill` does not: it starts consumers until there are enough, and lets those go on that are stopped. */
  heal?(cell: Cell): Promise<void>;
  /** Goes last, when the writer has ended: for what is to stand at the end of the logs. */
  conclude?(cell: Cell, random: Random): Promise<void>;
  /** Whether the fault has really happened, by what was told to `cell.did`. */
  happened(tally: Tally): boolean;
}
