import type { Mutant } from './mutant.ts';

/** Mistakes in how members of the group follow one another, and in what is committed for that. I6 to I8. */
export const groupMutants: readonly Mutant[] = [
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
    name: 'goes-on-after-another',
    breaks: ['I6'],
    scenario: 'handler-blocks',
    find: '    if (!this.sentCommits.isOwn(assigned.committed, assigned.metadata)) return false;\n',
    replace: '',
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
    name: 'letters-without-a-lease',
    breaks: ['I8'],
    scenario: 'zombie-with-letters',
    find: '    if (!options.mayWriteLetters()) {\n',
    replace: '    if (letter.delivery === undefined) {\n',
  },
  {
    name: 'lease-from-the-answer',
    breaks: ['I8', 'I6'],
    scenario: 'join-frozen',
    find: '      assignment: decodeAssignment(synced.memberAssignment),\n      sinceMs,',
    replace:
      '      assignment: decodeAssignment(synced.memberAssignment),\n      sinceMs: performance.now(),',
  },
];
