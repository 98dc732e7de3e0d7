/** A commit as the group has it; `offset` is null where there is none. */
interface CommitText {
  readonly offset: number | null;
  readonly metadata: string;
}

/**
 * Tells this member's commits of one partition from another's: what the group has is ours only if it is, to the letter, the
 * last one that was acknowledged, or one that was sent since and whose answer was lost. An offset in between proves
 * nothing: a member that was cut off has sent positions that another owner has meanwhile come past, and committed.
 */
export class SentCommits {
  #possible: CommitText[];

  constructor(offset: number | null, metadata: string) {
    this.#possible = [{ offset, metadata }];
  }

  /** It is about to be sent, and may come into force whatever the answer is. */
  sending(offset: number, metadata: string): void {
    if (!this.isOwn(offset, metadata)) this.#possible.push({ offset, metadata });
  }

  /** It came into force, and none that was sent before it counts any more. */
  acknowledged(offset: number, metadata: string): void {
    this.#possible = [{ offset, metadata }];
  }

  isOwn(offset: number | null, metadata: string): boolean {
    return this.#possible.some((known) => known.offset === offset && known.metadata === metadata);
  }
}
