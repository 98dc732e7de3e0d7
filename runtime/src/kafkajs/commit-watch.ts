import type { Contact } from './contact.ts';
import { faultOf } from './errors.ts';
import { endOf } from './group-answers.ts';

/** What another try alone may mend is told where it has not by then. */
const TELL_AFTER_MS = 15_000;

export interface CommitWatch {
  /** The group took positions, or has taken the member into a generation, of which the old one's failures say nothing. */
  begin(): void;
  /** It did not, and why. */
  failed(error: unknown): void;
}

/** Tells when the group answers, but takes no positions: a right that was taken away, a log of offsets without its replicas. */
export function createCommitWatch(contact: Pick<Contact, 'heard' | 'failed' | 'away'>): CommitWatch {
  let failingSinceMs: number | null = null;

  return {
    begin() {
      failingSinceMs = null;
      contact.heard('group');
      contact.heard('commits');
    },
    failed(error) {
      const { type, retriable } = faultOf(error);
      // The group's own life is no failure; and metadata that are too long are left out of the next commit.
      if (endOf(error) !== null || type === 'OFFSET_METADATA_TOO_LARGE') return;
      // An outage of the group is told as that, and its end is not told of commits before the next one.
      if (contact.away().has('group')) {
        failingSinceMs = null;
        return;
      }
      failingSinceMs ??= performance.now();
      if (!retriable || performance.now() - failingSinceMs >= TELL_AFTER_MS) contact.failed('commits', error);
    },
  };
}
