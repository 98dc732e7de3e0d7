/**
 * kafkajs knows Kafka's error codes up to 88. Without this, any later one becomes KAFKAJS_UNKNOWN_ERROR_CODE with the code −99
 * and counts as final: a throttled CreateTopics (89) or a topic that was created again (100, 103) could not be told apart.
 * Source: the error code table of Kafka's protocol guide, as of Kafka 4.3.
 */
import type { Internals } from '../internals.ts';

/** Those of {@link LATER_TYPES} that a later try may cure. */
const RETRIABLE = new Set([89, 100, 103, 106, 122, 123, 133]);
const FIRST_CODE = 89;

/** In the order of their codes, the first being {@link FIRST_CODE}. */
const LATER_TYPES = [
  'THROTTLING_QUOTA_EXCEEDED',
  'PRODUCER_FENCED',
  'RESOURCE_NOT_FOUND',
  'DUPLICATE_RESOURCE',
  'UNACCEPTABLE_CREDENTIAL',
  'INCONSISTENT_VOTER_SET',
  'INVALID_UPDATE_VERSION',
  'FEATURE_UPDATE_FAILED',
  'PRINCIPAL_DESERIALIZATION_FAILURE',
  'SNAPSHOT_NOT_FOUND',
  'POSITION_OUT_OF_RANGE',
  'UNKNOWN_TOPIC_ID',
  'DUPLICATE_BROKER_REGISTRATION',
  'BROKER_ID_NOT_REGISTERED',
  'INCONSISTENT_TOPIC_ID',
  'INCONSISTENT_CLUSTER_ID',
  'TRANSACTIONAL_ID_NOT_FOUND',
  'FETCH_SESSION_TOPIC_ID_ERROR',
  'INELIGIBLE_REPLICA',
  'NEW_LEADER_ELECTED',
  'OFFSET_MOVED_TO_TIERED_STORAGE',
  'FENCED_MEMBER_EPOCH',
  'UNRELEASED_INSTANCE_ID',
  'UNSUPPORTED_ASSIGNOR',
  'STALE_MEMBER_EPOCH',
  'MISMATCHED_ENDPOINT_TYPE',
  'UNSUPPORTED_ENDPOINT_TYPE',
  'UNKNOWN_CONTROLLER_ID',
  'UNKNOWN_SUBSCRIPTION_ID',
  'TELEMETRY_TOO_LARGE',
  'INVALID_REGISTRATION',
  'TRANSACTION_ABORTABLE',
  'INVALID_RECORD_STATE',
  'SHARE_SESSION_NOT_FOUND',
  'INVALID_SHARE_SESSION_EPOCH',
  'FENCED_STATE_EPOCH',
  'INVALID_VOTER_KEY',
  'DUPLICATE_VOTER',
  'VOTER_NOT_FOUND',
  'INVALID_REGULAR_EXPRESSION',
  'REBOOTSTRAP_REQUIRED',
  'STREAMS_INVALID_TOPOLOGY',
  'STREAMS_INVALID_TOPOLOGY_EPOCH',
  'STREAMS_TOPOLOGY_FENCED',
  'SHARE_SESSION_LIMIT_REACHED',
] as const;

/** Adds the error codes from 89 on to kafkajs's table, which all its responses look codes up in. */
export function addErrorCodes({ errorCodes }: Pick<Internals, 'errorCodes'>): void {
  for (const [index, type] of LATER_TYPES.entries()) {
    const code = FIRST_CODE + index;
    const message = type.toLowerCase().replaceAll('_', ' ');
    errorCodes.push({ type, code, retriable: RETRIABLE.has(code), message });
  }
}
