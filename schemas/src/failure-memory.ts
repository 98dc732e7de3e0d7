import type { LetterFailure } from './letter.ts';

/** What is made of longer texts is made for them alone: it would hold memory for ever. */
const KEPT_MAX_CHARS = 1_024;

/**
 * Makes something of a failure. Records fail alike, so what was made of the last failure of each code is kept: most of the time
 * nothing is made.
 */
export function createFailureMemory<T>(make: (failure: LetterFailure) => T): (failure: LetterFailure) => T {
  const last = new Map<string, { readonly of: LetterFailure; readonly made: T }>();
  return (failure) => {
    const known = last.get(failure.code);
    if (known !== undefined && isSame(known.of, failure)) return known.made;
    const made = make(failure);
    const { stage, code, reason, pointer, schema } = failure;
    const chars = reason.length + (pointer ?? '').length + (schema ?? '').length;
    // Not the failure itself: it may be a refusal, with texts of its record.
    if (chars <= KEPT_MAX_CHARS) last.set(code, { of: { stage, code, reason, pointer, schema }, made });
    return made;
  };
}

function isSame(a: LetterFailure, b: LetterFailure): boolean {
  return a.reason === b.reason && a.pointer === b.pointer && a.stage === b.stage && a.schema === b.schema;
}
