import { steadyEpochMs } from './steady-epoch.ts';

export interface LetterClock {
  /** The time of a letter that is written now, in milliseconds since the epoch. */
  nowMs(): number;
  /** The broker has refused a letter for its time. */
  refused(): void;
}

/**
 * Kafka takes no record whose time is an hour ahead of its own clock. Where this machine's clock was set on by more while it
 * ran, letters would wait until somebody sets it right: so the time counted on from the start is taken too, and the earlier
 * of both stands. Not before a refusal: it is the clock at the start that may have been wrong, and letters of long ago would be
 * deleted where the topic keeps them for some days only.
 */
export function createLetterClock(): LetterClock {
  let wasRefused = false;
  return {
    nowMs: () => (wasRefused ? Math.min(Date.now(), Math.floor(steadyEpochMs())) : Date.now()),
    refused: () => {
      wasRefused = true;
    },
  };
}
