/** What a subject, a process of its own, is told. */
export interface SubjectTask {
  readonly bootstrap: string;
  readonly topic: string;
  readonly deadLetterTopic: string;
  readonly groupId: string;
  /** Records in the topic; the subject is done when it has committed them all. */
  readonly total: number;
  /** What the handler does with each event. */
  readonly handler: HandlerKind;
  /** Awaits a commit after so many records; null leaves it to the client. */
  readonly commitEvery: number | null;
  /** Where events are sent; null for no forwarding. */
  readonly forwardUrl: string | null;
  /** How many calls run side by side. */
  readonly concurrency: number;
}

/** nothing: returns at once. slow: 5 ms. timed: notes the first event, and how long each was on its way. */
export type HandlerKind = 'nothing' | 'slow' | 'timed';

/** A look at a subject while it runs. */
export interface Mark {
  /** Microseconds on the machine's monotonic clock. */
  readonly atUs: number;
  /** User + system time of the process since its start, all threads, in microseconds. */
  readonly cpuUs: number;
  /** Records that were done, and committed where the subject commits. */
  readonly settled: number;
}

/** What a subject reports when it is done. */
export interface SubjectResult {
  readonly marks: readonly Mark[];
  /** When the first handler was called, on the monotonic clock; null where nobody asked. */
  readonly firstRecordAtUs: number | null;
  /** From the producer's send to the handler's end, one for each event of the measured time. */
  readonly latenciesUs: readonly number[];
  readonly peakRssKib: number;
}
