/** Wakes one sleeper; what it woke for, the sleeper looks up itself. */
export interface Bell {
  readonly ring: () => void;
  /** Resolves when the bell rings, or after `ms` milliseconds. A ring that nobody waits for is not kept. */
  readonly heard: (ms: number) => Promise<void>;
}

export function createBell(): Bell {
  let wake: (() => void) | null = null;
  return {
    ring: () => wake?.(),
    heard: (ms) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          wake = null;
          resolve();
        };
        const timer = setTimeout(done, ms);
        wake = done;
      }),
  };
}
