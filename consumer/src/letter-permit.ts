/** Asked right before a letter's bytes are given to the connection: whether it may be written still. */
export type Permit = () => boolean;

/**
 * Gives permits to write letters: each holds while they may be written, in the generation that it was given in. In a later one the
 * partitions may be others', who write their letters themselves.
 */
export function createPermits(options: {
  readonly mayWriteLetters: () => boolean;
  readonly generation: () => number;
}): () => Permit {
  const { mayWriteLetters, generation } = options;
  return () => {
    const given = generation();
    return () => mayWriteLetters() && generation() === given;
  };
}
