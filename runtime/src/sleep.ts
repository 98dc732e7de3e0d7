/**
 * Waits, or less if `signal` aborts; never throws.
 * @returns true when the whole time went by, false when it was cut short.
 */
export function sleep(ms: number, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const cut = () => {
      clearTimeout(timer);
      resolve(false);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', cut);
      resolve(true);
    }, ms);
    signal.addEventListener('abort', cut, { once: true });
  });
}
