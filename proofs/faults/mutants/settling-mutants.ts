import type { Mutant } from './mutant.ts';

/** Mistakes in what becomes of records: whether they are settled, as what, and in which order. I1 to I5. */
export const settlingMutants: readonly Mutant[] = [
  {
    name: 'settle-an-interrupted-record',
    breaks: ['I1'],
    scenario: 'terminate-in-backoff',
    find: "const INTERRUPTED: Outcome = { kind: 'interrupted' };",
    replace: "const INTERRUPTED: Outcome = { kind: 'handled', settled: Settled.byHandler };",
  },
  {
    name: 'swallow-a-publish-error',
    breaks: ['I1'],
    scenario: 'dlq-unavailable',
    find: '    const { type, message } = faultOf(error);\n    if (isTooLarge(type) && !letter.shrunk) {',
    replace:
      '    if (error !== null) return end(letter, settle(letter));\n    const { type, message } = faultOf(error);\n    if (isTooLarge(type) && !letter.shrunk) {',
  },
  {
    name: 'commit-last-plus-one',
    breaks: ['I2', 'I1'],
    scenario: 'kill-under-load',
    find: '    return { topic: this.topic, partition: this.partition, offset: this.#low, metadata };',
    replace: '    return { topic: this.topic, partition: this.partition, offset: this.#through, metadata };',
  },
  {
    name: 'commit-before-the-letter',
    breaks: ['I2', 'I11'],
    scenario: 'letters-held',
    find: '    post(letter);\n    return letter;',
    replace:
      '    post(new LetterUnderWay(delivery, failure, desk));\n    queueMicrotask(() => end(letter, settle(letter)));\n    return letter;',
  },
  {
    name: 'settle-what-was-dropped',
    breaks: ['I2', 'I1'],
    scenario: 'terminate-amid-markers',
    find: '  deliver(fetched: FetchedPartition): void {\n    if (this.released.aborted) return;\n',
    replace: '  deliver(fetched: FetchedPartition): void {\n',
  },
  {
    name: 'gaps-never-settle',
    breaks: ['I3'],
    scenario: 'transactions',
    find: '  reach(offset: number): void {\n',
    replace: '  reach(offset: number): void {\n    if (offset >= 0) return;\n',
  },
  {
    name: 'read-uncommitted',
    breaks: ['I4'],
    scenario: 'transactions',
    find: '    isolationLevel: READ_COMMITTED,\n    maxWaitTime: maxWaitMs,',
    replace: '    isolationLevel: 0,\n    maxWaitTime: maxWaitMs,',
  },
  {
    name: 'forwards-half-a-body',
    breaks: ['I4'],
    scenario: 'rebalance-forwarding',
    find: '  if (filledEventTime === null) return value;',
    replace: '  if (filledEventTime === null) return value.subarray(0, value.length / 2);',
  },
  {
    name: 'keys-side-by-side',
    breaks: ['I5'],
    scenario: 'kill-under-load',
    find: 'partition.lanes.of(record) ?? (lockedKeys.size === 0 ? undefined : laneOfLockedKey(partition, record));',
    replace: 'undefined;',
  },
];
