/** A commit as the group has it; `offset` is null where there is none. */
interface CommitText {
  readonly offset: number | null;
  readonly metadata: string;
}

/**
 * Tells this member's commits of one partition from another's: what the group has is ours only if it is, to the letter, the
 * last one that was acknowledged, or one whose answer was lost. An offset in between proves nothing: a member that was cut
 * off has sent positions that another owner has meanwhile come past, and committed.
 *
 * A request without an answer can come into force late, also behind one that was acknowledged after it: it may still wait
 * in the broker, or on an old connection. Only the next generation ends that, for the group refuses it from then on. Until
 * then the last one is to be sent again from time to time, or a partition without new records stays where that one put it.
 */
export class SentCommits {
  #inForce: CommitText;
  #unanswered: CommitText[] = [];

  constructor(offset: number | null, metadata: string) {
    this.#inForce = { offset, metadata };
  }

  /** It is about to be sent, and may come into force whatever the answer is. */
  sending(offset: number, metadata: string): void {
    if (!this.isOwn(offset, metadata)) this.#unanswered.push({ offset, metadata });
  }

  acknowledged(offset: number, metadata: string): void {
    this.#inForce = { offset, metadata };
    this.#unanswered = this.#unanswered.filter((sent) => !isSame(sent, this.#inForce));
  }

  /** Whether what is in force may still be replaced by an older commit. */
  get isInDoubt(): boolean {
    return this.#unanswered.length > 0;
  }

  isOwn(offset: number | null, metadata: string): boolean {
    const found = { offset, metadata };
    return isSame(found, this.#inForce) || this.#unanswered.some((sent) => isSame(sent, found));
  }
}

function isSame(one: CommitText, other: CommitText): boolean {
  return one.offset === other.offset && one.metadata === other.metadata;
}
