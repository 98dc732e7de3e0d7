import type { FetchRequest } from './broker-types.ts';
import { encodeFetchRequest } from './encode-fetch-request.ts';
import type { Exchange } from './internal-types.ts';
import { internals } from './internals.ts';

/**
 * Of a Fetch answer, version 11: throttle_time_ms int32 · error_code int16 · session_id int32 · …; we ask for no session.
 * @throws Error where it can be none
 */
export function restOf(raw: Buffer): number {
  const restMs = raw.readInt32BE(0);
  if (restMs < 0 || raw.readInt32BE(6) !== 0)
    throw new Error('a Fetch answer of a session that nobody asked for');
  return restMs;
}

/**
 * The request in bytes of our own, and the answer's bytes as they came; kafkajs still learns from them how long the broker
 * wants no more requests.
 */
export function rawFetch(asked: FetchRequest): (exchange: Exchange) => void {
  return (exchange) => {
    const bytes = encodeFetchRequest(asked);
    exchange.request.encode = async () => new internals.Encoder(bytes.length).writeBuffer(bytes);
    exchange.response = {
      decode: async (raw) => ({ clientSideThrottleTime: restOf(raw), raw }),
      parse: async (decoded) => decoded,
    };
  };
}
