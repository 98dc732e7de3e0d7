/** How long a cell waits for what must come, before it complains; in milliseconds. */
export interface Patience {
  /** For a consumer that was started to be ready. */
  readonly readyMs: number;
  /** For all to be committed, after the last fault. */
  readonly quietMs: number;
  /** In that time, for what is committed to change once more. */
  readonly standstillMs: number;
  /** For a consumer to end after SIGTERM. */
  readonly endMs: number;
}

export const usualPatience: Patience = {
  // A JoinGroup that is not answered is given up after 65 s, the rebalance time-out and 5 s.
  readyMs: 90_000,
  quietMs: 90_000,
  standstillMs: 90_000,
  endMs: 45_000,
};

/** For consumers that are known to be broken: one that has come to a standstill is not waited for. */
export const shortPatience: Patience = { ...usualPatience, standstillMs: 20_000, endMs: 20_000 };
