/** A letter that is not acknowledged yet. */
export interface WaitingLetter {
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
 * Looks after letters that wait, all with one timer: most are acknowledged before it goes off once. One that waits for 5 s
 * holds its partition.
 */
export function createLetterWatch(): LetterWatch {
  /** Those that hold nothing yet, the oldest first. */
  const waiting = new Set<WaitingLetter>();
  let timer: NodeJS.Timeout | null = null;

  function look(): void {
    const heldSinceMs = performance.now() - HELD_AFTER_MS;
    for (const letter of waiting) {
      if (letter.sinceMs > heldSinceMs) break;
      waiting.delete(letter);
      letter.hold('its letter is not acknowledged');
    }
    if (waiting.size > 0 || timer === null) return;
    clearInterval(timer);
    timer = null;
  }

  return {
    add(letter) {
      waiting.add(letter);
      timer ??= setInterval(look, LOOK_EVERY_MS).unref();
    },
    remove: (letter) => void waiting.delete(letter),
  };
}
