import type { Delivery } from './delivery.ts';

/** A letter that is not acknowledged yet. */
export interface WaitingLetter {
  readonly delivery: Delivery;
  /** On the clock of `performance.now()`. */
  readonly sinceMs: number;
  hold(reason: string): void;
}

export interface LetterWatch {
  add(letter: WaitingLetter): void;
  remove(letter: WaitingLetter): void;
}

/** A letter that takes longer holds its partition. */
const HELD_AFTER_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Looks after letters that wait, all with one timer: most are acknowledged before it goes off once. One that is not gives
 * up the answer of the broker that its record lies in, and after 5 s holds its partition.
 */
export function createLetterWatch(): LetterWatch {
  /** Not looked at yet; their records are still part of an answer. */
  const fresh = new Set<WaitingLetter>();
  /** Looked at, the oldest first. */
  const waiting = new Set<WaitingLetter>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    const heldSinceMs = performance.now() - HELD_AFTER_MS;
    for (const letter of waiting) {
      if (letter.sinceMs > heldSinceMs) break;
      waiting.delete(letter);
      letter.hold('its letter is not acknowledged');
    }
    for (const letter of fresh) {
      letter.delivery.record.detach();
      waiting.add(letter);
    }
    fresh.clear();
    if (waiting.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    add(letter) {
      fresh.add(letter);
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
    },
    remove(letter) {
      if (!fresh.delete(letter)) waiting.delete(letter);
    },
  };
}
