/**
 * Only records of committed transactions are read, and the end of a log is its last stable offset: what open transactions hold
 * back is not in it.
 */
export const READ_COMMITTED = 1;
