const LOOK_MS = 100;

/**
 * Watches for how long this process did nothing else than one thing. The proxies of all cells are in it: what stands still
 * here is cut off there, and proves nothing about a consumer.
 */
export function watchStandstill(): { readonly longestMs: () => number; readonly end: () => void } {
  let [lastMs, longestMs] = [performance.now(), 0];
  const look = () => {
    const nowMs = performance.now();
    longestMs = Math.max(longestMs, nowMs - lastMs - LOOK_MS);
    lastMs = nowMs;
  };
  const looking = setInterval(look, LOOK_MS);
  return {
    longestMs: () => {
      look();
      return longestMs;
    },
    end: () => clearInterval(looking),
  };
}
