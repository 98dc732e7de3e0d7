/** A mistake that somebody could make in the consumer, as a change of one piece of its source text. */
export interface Mutant {
  readonly name: string;
  /** The invariants whose checks may catch it; at least one of them must. */
  readonly breaks: readonly string[];
  /** The scenario that is run with it. */
  readonly scenario: string;
  /** Text that stands exactly once in the sources of the consumer and the runtime. */
  readonly find: string;
  readonly replace: string;
}

/** At least one for each invariant; a checker that lets one of them live is blind there. */
export const mutants: readonly Mutant[] = [
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
    name: 'keys-side-by-side',
    breaks: ['I5'],
    scenario: 'kill-under-load',
    find: '    const lane = key === null ? undefined : (partition.lanes.get(key) ?? laneOfLockedKey(partition, key));',
    replace: '    const lane = undefined;',
  },
  {
    name: 'forget-the-metadata',
    breaks: ['I6'],
    scenario: 'terminate-in-backoff',
    find: '  if (text === null || !text.startsWith(FORM)) return [];',
    replace: '  if (text !== FORM) return [];',
  },
  {
    name: 'no-drain-on-revoke',
    breaks: ['I6'],
    scenario: 'rebalance-forwarding',
    find: '      const ended = await idle(options.revokeTimeoutMs);\n',
    replace: '      const ended = true;\n',
  },
  {
    name: 'no-commit-on-revoke',
    breaks: ['I6'],
    scenario: 'rebalance-storm',
    find: '      await flushBeyondOutage(deadline, () => turn !== mine || closed);',
    replace: '',
  },
  {
    name: 'no-commit-at-the-stop',
    breaks: ['I6', 'I3'],
    scenario: 'terminate-under-load',
    find: '  const committed = await committer.flush(left());',
    replace: '  const committed = true;',
  },
  {
    name: 'commit-goes-back',
    breaks: ['I7'],
    scenario: 'kill-under-load',
    find: '      committable.offset > (this.committed ?? 0) || committable.metadata !== this.committedRanges;\n    return changed ? committable : null;',
    replace:
      '      committable.offset > (this.committed ?? 0) || committable.metadata !== this.committedRanges;\n    return changed ? { ...committable, offset: Math.max(0, committable.offset - ((committable.offset * 7) % 90)) } : null;',
  },
  {
    name: 'no-lease',
    breaks: ['I8'],
    scenario: 'network-zombie-forwarding',
    find: '    holdsLease: (nowMs = performance.now()) => nowMs < leaseUntil,',
    replace: '    holdsLease: () => true,',
  },
  {
    name: 'letter-loses-repeated-headers',
    breaks: ['I9'],
    scenario: 'poison-heavy',
    find: '    headers,\n    timestampMs: record.timestamp,',
    replace:
      '    headers: headers.filter(({ name }, at) => headers.findIndex((other) => other.name === name) === at),\n    timestampMs: record.timestamp,',
  },
  {
    name: 'letter-of-text',
    breaks: ['I9'],
    scenario: 'poison-heavy',
    find: '    value: record.tooLarge ?? record.value,',
    replace:
      '    value: record.tooLarge ?? (record.value === null ? null : Buffer.from(record.value.toString())),',
  },
  {
    name: 'one-attempt-too-many',
    breaks: ['I10'],
    scenario: 'retry-budget',
    find: '          if (delivery.attempts > options.maxRetries) {',
    replace: '          if (delivery.attempts > options.maxRetries + 1) {',
  },
  {
    name: 'no-backoff',
    breaks: ['I10'],
    scenario: 'retry-budget',
    find: '    return await sleep(waitMs, delivery.source.released);',
    replace: '    return await sleep(1, delivery.source.released);',
  },
  {
    name: 'outage-is-poison',
    breaks: ['I10'],
    scenario: 'target-away',
    find: '    if (error instanceof Unavailable) {',
    replace: '    if (error === undefined) {',
  },
  {
    name: 'always-ready',
    breaks: ['I11'],
    scenario: 'dlq-unavailable',
    find: '    ok: reasons.length === 0,\n    facts: {\n      reasons,\n      joined:',
    replace: '    ok: true,\n    facts: {\n      reasons,\n      joined:',
  },
  {
    name: 'held-for-ever',
    breaks: ['I11', 'I3'],
    scenario: 'dlq-unavailable',
    find: '    if (this.#held.delete(delivery) && this.#held.size === 0) this.#options.arrived(this);',
    replace: '    if (!this.#held.has(delivery)) this.#options.arrived(this);',
  },
  {
    name: 'fetch-loop-hangs-at-a-fault',
    breaks: ['I11', 'I3'],
    scenario: 'broker-killed',
    find: '      await options.relearn(cluster, nodeId, trouble);',
    replace: '      if (trouble !== undefined) await new Promise(() => undefined);',
  },
  {
    name: 'letter-counted-twice',
    breaks: ['I12'],
    scenario: 'poison-heavy',
    find: '    } else topic.deadLettered += 1;',
    replace: '    } else topic.deadLettered += 2;',
  },
  {
    name: 'line-after-the-commit',
    breaks: ['I12'],
    scenario: 'stdout-stalled',
    find: '    await options.linesWritten();',
    replace: '    await null;',
  },
  {
    name: 'lanes-never-forgotten',
    breaks: ['I13'],
    scenario: 'soak',
    find: '    else if (lane.key !== null) partition.lanes.delete(lane.key);',
    replace: '    else if (lane.key === undefined) partition.lanes.delete(lane.key);',
  },
  {
    name: 'inbox-without-a-bound',
    breaks: ['I13'],
    scenario: 'backlog',
    find: '      this.#inbox.bytes < INBOX_MAX_BYTES &&\n      this.laneBytes < LANES_MAX_BYTES &&\n      this.progress.tracked < TRACKED_MAX &&\n      hasRoom(this.#options.room) &&\n      this.#held.size === 0',
    replace: '      this.#held.size === 0',
  },
];
