/** Calls `work` once behind this turn of the event loop, however often it is asked for within the turn. */
export function onceATurn(work: () => void): () => void {
  let isAsked = false;
  const now = (): void => {
    isAsked = false;
    work();
  };
  return () => {
    if (isAsked) return;
    isAsked = true;
    setImmediate(now);
  };
}
