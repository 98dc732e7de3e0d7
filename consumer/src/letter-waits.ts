import type { LetterUnderWay } from './letter-under-way.ts';

export interface LetterWaits {
  /** Posts the letter as soon as it is allowed, in this tick or a later one; or it is let go with its partition or its log. */
  add(letter: LetterUnderWay, allowed: () => boolean): void;
}

const LOOK_MS = 100;

/**
 * Letters that may not be written for now, their backoff behind them. There can be thousands of them, so one timer looks
 * after all: a listener on the partition's signal for each would make every look cost their square.
 */
export function createLetterWaits(options: {
  readonly post: (letter: LetterUnderWay) => void;
  readonly letGo: (letter: LetterUnderWay) => void;
}): LetterWaits {
  const waiting = new Map<LetterUnderWay, () => boolean>();
  let timer: NodeJS.Timeout | null = null;

  function add(letter: LetterUnderWay, allowed: () => boolean): void {
    if (allowed()) return options.post(letter);
    letter.delivery.record.detach();
    waiting.set(letter, allowed);
    timer ??= setTimeout(look, LOOK_MS);
  }

  function look(): void {
    for (const [letter, allowed] of waiting) {
      const isLetGo = letter.released.aborted;
      if (!isLetGo && !allowed()) continue;
      waiting.delete(letter);
      if (isLetGo) options.letGo(letter);
      else options.post(letter);
    }
    timer = waiting.size === 0 ? null : setTimeout(look, LOOK_MS);
  }

  return { add };
}
