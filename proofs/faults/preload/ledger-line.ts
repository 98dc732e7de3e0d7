/**
 * One line of a process's ledger: a mark, the time, then what the mark asks for, parted by tabs. Times are whole
 * microseconds of the machine's monotonic clock, which all processes share.
 *
 *   B topic partition offset                     a handler begins
 *   H topic partition offset fingerprint         it has succeeded; nothing is settled yet
 *   F topic partition offset attempts            it has failed; the attempts spent before, or `outage`
 *   N topic partition offset                     no handler begins and no letter is sent: the lease is not held
 *   D topic partition offset                     a letter waits to be made
 *   L topic partition offset                     a letter is sent
 *   W topic partition offset                     it is acknowledged; nothing is settled yet
 *   C topic/partition:offset:metadata …          a commit is sent
 *   A result topic/partition:offset:metadata …   it is answered
 *   P topic/partition …                          all partitions that the member has from now on
 *   R topic/partition …                          they are about to be given back
 *   X topic/partition …                          the group has dropped the member
 *   K point                                      the process kills itself
 *   S point                                      the process stops itself, or blocks its event loop
 *   G point                                      it has blocked it long enough, and goes on
 *   M timers resources heapBytes                 how many of both are active, and what the heap holds after a collection
 */
export type Mark =
  | 'B'
  | 'H'
  | 'F'
  | 'N'
  | 'D'
  | 'L'
  | 'W'
  | 'C'
  | 'A'
  | 'P'
  | 'R'
  | 'X'
  | 'K'
  | 'S'
  | 'G'
  | 'M';

/** Microseconds of the machine's monotonic clock. */
export function nowUs(): number {
  const [seconds, nanoseconds] = process.hrtime();
  return seconds * 1e6 + Math.round(nanoseconds / 1e3);
}
