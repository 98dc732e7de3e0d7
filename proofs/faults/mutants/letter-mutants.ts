import type { Mutant } from './mutant.ts';

/** Mistakes in letters, and in what leads to them. I9 and I10. */
export const letterMutants: readonly Mutant[] = [
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
    name: 'one-attempt-too-few',
    breaks: ['I10'],
    scenario: 'retry-budget',
    find: '          if (delivery.attempts > options.maxRetries) {',
    replace: '          if (delivery.attempts >= options.maxRetries) {',
  },
  {
    name: 'no-backoff',
    breaks: ['I10'],
    scenario: 'retry-budget',
    find: '    return await sleep(waitMs, delivery.released);',
    replace: '    return await sleep(1, delivery.released);',
  },
  {
    name: 'backoff-tenfold',
    breaks: ['I10'],
    scenario: 'retry-budget',
    find: '      random: options.random,\n    });\n    if (delivery.typeStats !== null)',
    replace: '      random: options.random,\n    }) * 10;\n    if (delivery.typeStats !== null)',
  },
  {
    name: 'outage-is-poison',
    breaks: ['I10'],
    scenario: 'target-away',
    find: '    if (error instanceof Unavailable) {',
    replace: '    if (error === undefined) {',
  },
];
