/** A mistake that somebody could make in the consumer, as a change of one piece of its source text. */
export interface Mutant {
  readonly name: string;
  /** The invariants whose checks may catch it; at least one of them must. */
  readonly breaks: readonly string[];
  /** The scenario that is run with it. */
  readonly scenario: string;
  /** Text that stands exactly once in the sources of the consumer and the runtime. */
  readonly find: string;
  readonly replace: string;
}
