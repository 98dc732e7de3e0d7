import type { Mark } from '../preload/ledger-line.ts';

/** What one cell left behind, for the checks. All times are microseconds of the machine's monotonic clock. */
export interface Evidence {
  readonly written: readonly WrittenRecord[];
  /** What the input topics hold, read by another client. */
  readonly log: readonly LogRecord[];
  /** By `topic/partition`. */
  readonly ends: ReadonlyMap<string, number>;
  /** By `topic/partition`, at the very end; a partition without a commit is not in it. */
  readonly committed: ReadonlyMap<string, number>;
  /** What was committed as it was asked for again and again, in the order of asking. */
  readonly commitLooks: readonly CommitLook[];
  readonly lives: readonly Life[];
  /** The times in which no fault was in, and as many consumers ready as there should be. */
  readonly calm: readonly { readonly fromUs: number; readonly toUs: number }[];
  readonly outages: readonly Outage[];
  readonly healthLooks: readonly HealthLook[];
  /** When nothing was to be done, so that what was in memory is what stays there. */
  readonly rests: readonly { readonly fromUs: number; readonly toUs: number }[];
  readonly letters: readonly LogRecord[];
  /** How many records of a `topic/partition` were deleted by intention before anyone had handled them, and when. */
  readonly gone: readonly { readonly partition: string; readonly us: number; readonly count: number }[];
  /** What the target took, in the order of time; null where nothing is forwarded. */
  readonly targetTaken: readonly TakenEvent[] | null;
  /** What is wrong without any look at the ledgers: deadlines that were missed, exit codes. */
  readonly complaints: readonly string[];
  readonly policy: Policy;
}

/**
 * A time in which something was away: Kafka, the target or what takes letters, for all consumers; a broker of some; or
 * the room for whole letters.
 */
export interface Outage {
  readonly kind: 'kafka' | 'target' | 'letters' | 'broker' | 'room';
  readonly fromUs: number;
  /** When it began to come back. */
  readonly toUs: number;
  /** When it was there again. */
  readonly healedUs: number;
}

/** An answer of a consumer about its health, between the two times. */
export interface HealthLook {
  readonly name: string;
  readonly route: '/readyz' | '/healthz';
  readonly fromUs: number;
  readonly toUs: number;
  readonly status: number;
  readonly text: string;
}

/** What was committed of a partition at some moment between the two times. */
export interface CommitLook {
  readonly partition: string;
  readonly offset: number;
  /** The topic's id that the commit names; null where it names none. */
  readonly topicId: string | null;
  readonly fromUs: number;
  readonly toUs: number;
}

/** The settings that the checks must know. */
export interface Policy {
  readonly maxRetries: number;
  readonly backoffBaseMs: number;
  readonly backoffMaxMs: number;
  readonly maxConcurrency: number;
  readonly handlerTimeoutMs: number;
  readonly sessionMs: number;
  /** The resident memory that a process may take at most. */
  readonly rssMaxBytes: number;
}

/** A record as the writer made it. `unknown`: it may be there, once, more often, or not at all. */
export interface WrittenRecord {
  readonly id: string;
  readonly topic: string;
  readonly status: 'ok' | 'unknown';
  /** Whether it must end as a letter. */
  readonly poison: boolean;
  readonly fingerprint: string;
  /** When it was acknowledged, or given up. */
  readonly us: number;
}

/** A record as a topic holds it. */
export interface LogRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Each with its values in their order; null where a header has none. */
  readonly headers: readonly { readonly name: string; readonly value: Buffer | null }[];
  /** Milliseconds since the epoch. */
  readonly timestampMs: number;
}

/** An event that the target took. */
export interface TakenEvent {
  /** As `idempotency-key` has it. */
  readonly eventId: string;
  /** Of the body that came with it. */
  readonly fingerprint: string;
  readonly us: number;
}

/** One process of the consumer, from its start to its end. */
export interface Life {
  readonly name: string;
  readonly steps: readonly Step[];
  /** SIGKILL, from outside or by itself: when it was gone. Null where it ended in order. */
  readonly killedUs: number | null;
  /** The times for which it was stopped, or cut off from the brokers. */
  readonly stops: readonly Stop[];
  /** Its /metrics just before its end, in a quiet moment; null where there was none. */
  readonly metrics: string | null;
  /** By `topic/partition@offset`, how many lines of its output say that the event was handled. */
  readonly handledLines: ReadonlyMap<string, number>;
  readonly samples: readonly { readonly rssBytes: number; readonly openFiles: number }[];
}

export interface Stop {
  readonly fromUs: number;
  readonly toUs: number;
  /** It was cut off, and went on by itself meanwhile. */
  readonly isCut?: boolean;
}

/** A line of the ledger. */
export interface Step {
  readonly mark: Mark;
  readonly us: number;
  /** `topic/partition` of B, H, F, N, D, L and W; else empty. */
  readonly partition: string;
  readonly offset: number;
  /** The fingerprint of H, the attempts of F (or `outage`), the result of A, the point of K and S, the numbers of M. */
  readonly text: string;
  /** The positions of C and A. */
  readonly positions: readonly Position[];
  /** The partitions of P, R and X. */
  readonly partitions: readonly string[];
}

export interface Position {
  readonly partition: string;
  readonly offset: number;
  /** Ranges above `offset` that are settled too, both ends included. */
  readonly ranges: readonly { readonly first: number; readonly last: number }[];
  /** The topic's id that the commit names; null where it names none. */
  readonly topicId: string | null;
}

/** A check takes the evidence and says in words what is broken; nothing where the invariant holds. */
export type Check = (evidence: Evidence) => string[];
