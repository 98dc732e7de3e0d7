/** So long after a failure Kafka is tried again, unless whoever tries has a pace of its own. */
export const RETRY_MS = 500;
