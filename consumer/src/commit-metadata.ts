import type { AssignedPartition } from '@event-pipeline/runtime/kafkajs/group-types.ts';

const TOPIC_ID = ';topic-id:';

/** How much longer a text gets by a topic's id. */
export const TOPIC_ID_CHARS = TOPIC_ID.length + 32;

/**
 * The metadata of a commit: the settled ranges, which may be '', and the id of the topic, in hexadecimal, whose log the
 * offset belongs to. A topic of the same name may take the commit of one that was deleted: the id shows it.
 */
export function encodeCommitMetadata(ranges: string, topicId: string | null): string {
  return topicId === null ? ranges : `${ranges}${TOPIC_ID}${topicId}`;
}

/** The parts of it; a text without an id is all ranges. */
function decodeCommitMetadata(text: string): { ranges: string; topicId: string | null } {
  const at = text.lastIndexOf(TOPIC_ID);
  if (at === -1) return { ranges: text, topicId: null };
  return { ranges: text.slice(0, at), topicId: text.slice(at + TOPIC_ID.length) };
}

/** What of a partition's commit holds for its log as it is now; nothing does of a commit to a topic that was deleted. */
export function commitOf({ committed, metadata, topicId }: AssignedPartition): {
  readonly committed: number | null;
  readonly ranges: string;
  readonly isOfOldLog: boolean;
} {
  const decoded = decodeCommitMetadata(metadata);
  const isOfOldLog = decoded.topicId !== null && (topicId ?? decoded.topicId) !== decoded.topicId;
  return isOfOldLog
    ? { committed: null, ranges: '', isOfOldLog }
    : { committed, ranges: decoded.ranges, isOfOldLog };
}
