import { int32, int64 } from './encode-fetch.ts';
import { requestRaw, text } from './request-raw.ts';

export interface RawFetch {
  /** `host:port` of the partition's leader. */
  readonly address: string;
  readonly topic: string;
  readonly partition?: number;
  readonly fetchOffset?: number;
  readonly maxBytes?: number;
}

/** The bytes of a broker's answer to Fetch version 11, read committed, behind the correlation id. */
export async function fetchRaw(wanted: RawFetch): Promise<Buffer> {
  const { address, topic, partition = 0, fetchOffset = 0, maxBytes = 64 * 1024 * 1024 } = wanted;
  // Any replica, wait 500 ms, for 1 byte, isolation level 1 (read committed), no session.
  const limits = [int32(-1), int32(500), int32(1), int32(maxBytes), Buffer.from([1]), int32(0), int32(-1)];
  const what = [int32(1), text(topic), int32(1), int32(partition), int32(-1), int64(fetchOffset), int64(-1)];
  const rest = [int32(maxBytes), int32(0), text('')];
  return await requestRaw({ address, apiKey: 1, apiVersion: 11, body: [...limits, ...what, ...rest] });
}
