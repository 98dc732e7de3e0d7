import type { OutgoingMessage } from './broker-types.ts';

/** The range in which times have 13 digits: others are seconds, microseconds or no times at all. */
const EARLIEST_MS = 1e12;
const LATEST_MS = 1e13 - 1;

/**
 * Refuses what could not be written as it is meant.
 * @throws TypeError for no messages, or for a header value that is neither text nor bytes
 * @throws RangeError for a timestamp outside 2001–2286
 */
export function checkMessages(messages: readonly OutgoingMessage[]): void {
  if (messages.length === 0) throw new TypeError('there are no messages to send');
  for (const { headers, timestamp } of messages) {
    checkTimestamp(timestamp);
    for (const name in headers) if (typeof headers[name] !== 'string') checkHeader(name, headers[name]);
  }
}

function checkTimestamp(timestamp: number | undefined): void {
  if (timestamp === undefined) return;
  if (Number.isInteger(timestamp) && timestamp >= EARLIEST_MS && timestamp <= LATEST_MS) return;
  throw new RangeError(`a timestamp must be whole milliseconds between 2001 and 2286, not ${timestamp}`);
}

function checkHeader(name: string, value: unknown): void {
  const values: readonly unknown[] = Array.isArray(value) ? value : [value];
  if (values.every((one) => typeof one === 'string' || Buffer.isBuffer(one))) return;
  throw new TypeError(`the header ${JSON.stringify(name)} must be text or bytes, or a list of them`);
}
