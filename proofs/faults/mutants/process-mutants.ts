import type { Mutant } from './mutant.ts';

/** Mistakes in how a process goes on, and in what it says of itself. I11 to I13. */
export const processMutants: readonly Mutant[] = [
  {
    name: 'always-ready',
    breaks: ['I11'],
    scenario: 'dlq-unavailable',
    find: '    ok: reasons.length === 0,\n    facts: {\n      reasons,\n      joined:',
    replace: '    ok: true,\n    facts: {\n      reasons,\n      joined:',
  },
  {
    name: 'healthz-always-200',
    breaks: ['I11'],
    scenario: 'handler-never-ends',
    find: '  return { ok: reasons.length === 0, facts: { reasons } };',
    replace: '  return { ok: true, facts: { reasons } };',
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
    scenario: 'answer-cut-fetch',
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
    name: 'gone-uncounted',
    breaks: ['I12'],
    scenario: 'records-deleted',
    find: '        stats.gone.set(name, (stats.gone.get(name) ?? 0) + gone);',
    replace: '        stats.gone.set(name, stats.gone.get(name) ?? 0);',
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
    find: 'options.ready(lane);\n    else partition.lanes.remove(lane);',
    replace: 'options.ready(lane);\n    else if (lane.partition === undefined) partition.lanes.remove(lane);',
  },
  {
    name: 'inbox-without-a-bound',
    breaks: ['I13'],
    scenario: 'backlog',
    find: '      this.#inbox.bytes < INBOX_MAX_BYTES &&\n      this.laneBytes < LANES_MAX_BYTES &&\n      this.progress.tracked < TRACKED_MAX &&\n      hasRoom(this.#options.room) &&\n      this.#held.size === 0',
    replace: '      this.#held.size === 0',
  },
];
