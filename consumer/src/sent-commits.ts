/** A commit as the group has it; `offset` is null where there is none. */
interface CommitText {
  readonly offset: number | null;
  readonly metadata: string;
}

/** So many without an answer are known; to forget an older one costs repeats at the most, where it comes into force after all. */
const UNANSWERED_MAX = 200;

/**
 * Tells this member's commits of one partition from another's: what the group has is ours only if it is, to the letter, the
 * last one that was acknowledged, or one whose answer was lost. An offset in between proves nothing: a member that was cut
 * off has sent positions that another owner has meanwhile come past, and committed.
 *
 * A request without an answer can come into force late, also behind one that was acknowledged after it, be that the same
 * once more: it may still wait in the broker, or on an old connection. Only the next generation ends that, for the group
 * refuses it from then on. Until then the last one is to be sent again from time to time, or a partition without new records
 * stays where that one put it.
 */
export class SentCommits {
  #inForce: CommitText;
  /** The one request that waits for its answer, or got none. */
  #last: CommitText | null = null;
  /** Those before it that got none. */
  #unanswered: CommitText[] = [];

  constructor(offset: number | null, metadata: string) {
    this.#inForce = { offset, metadata };
  }

  /** It is about to be sent, and may come into force whatever the answer is. */
  sending(offset: number, metadata: string): void {
    const before = this.#last;
    if (before !== null && !this.#unanswered.some((sent) => isSame(sent, before)))
      this.#unanswered.push(before);
    if (this.#unanswered.length > UNANSWERED_MAX) this.#unanswered.shift();
    this.#last = { offset, metadata };
  }

  acknowledged(offset: number, metadata: string): void {
    this.#inForce = { offset, metadata };
    this.#last = null;
  }

  /** The log is another one: nothing is in force in it, but what was sent for the old one may still come. */
  startOver(): void {
    this.#inForce = { offset: null, metadata: '' };
  }

  /** Whether what is in force may still be replaced by an older commit. */
  get isInDoubt(): boolean {
    return this.#sent().some((sent) => !isSame(sent, this.#inForce));
  }

  isOwn(offset: number | null, metadata: string): boolean {
    const found = { offset, metadata };
    return [this.#inForce, ...this.#sent()].some((known) => isSame(known, found));
  }

  #sent(): readonly CommitText[] {
    return this.#last === null ? this.#unanswered : [...this.#unanswered, this.#last];
  }
}

function isSame(one: CommitText, other: CommitText): boolean {
  return one.offset === other.offset && one.metadata === other.metadata;
}
