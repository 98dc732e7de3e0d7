/**
 * The proof that a record needs nothing more: its handler succeeded, or its dead letter was acknowledged.
 * Only `attempt.ts` and `dead-letter.ts` may make one (a test reads the imports); progress takes nothing else, so an
 * offset cannot be committed before its record is settled.
 */
export class Settled {
  readonly outcome: 'handled' | 'dead_lettered';
  // A protected member makes the type nominal: no object literal can pass for a Settled.
  protected readonly proof = true;

  private constructor(outcome: 'handled' | 'dead_lettered') {
    this.outcome = outcome;
  }

  static readonly byHandler: Settled = new Settled('handled');
  static readonly byDeadLetter: Settled = new Settled('dead_lettered');
}
