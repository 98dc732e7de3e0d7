/** A bug in the code of the one who owns the work, which no retry mends. */
export class WorkError extends Error {
  override readonly name = 'WorkError';
}
