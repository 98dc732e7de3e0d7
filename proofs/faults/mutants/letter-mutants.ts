import type { Mutant } from './mutant.ts';

/** Mistakes in letters, and in what leads to them. I9 and I10. */
export const letterMutants: readonly Mutant[] = [
  {
    name: 'letter-loses-repeated-headers',
    breaks: ['I9'],
    scenario: 'poison-heavy',
    find: '    visit(bytes, nameStart, nameEnd, valueStart, length < 0 ? -1 : cursor.at);',
    replace:
      '    const isRepeated = bytes.subarray(start, nameStart).includes(bytes.subarray(nameStart - 1, nameEnd));\n    if (!isRepeated) visit(bytes, nameStart, nameEnd, valueStart, length < 0 ? -1 : cursor.at);',
  },
  {
    name: 'letter-of-text',
    breaks: ['I9'],
    scenario: 'poison-heavy',
    find: '    return record.tooLarge === null ? record : null;',
    replace:
      '    if (record.tooLarge !== null || record.value === null) return record.tooLarge === null ? record : null;\n    const key = record.key ?? Buffer.alloc(0);\n    const buffer = Buffer.concat([key, Buffer.from(record.value.toString())]);\n    const keyStart = record.key === null ? -1 : 0;\n    const keyEnd = record.key === null ? -1 : key.length;\n    const visitHeaders = (visit) => record.visitHeaders(visit);\n    return { buffer, keyStart, keyEnd, valueStart: key.length, valueEnd: buffer.length, visitHeaders };',
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
