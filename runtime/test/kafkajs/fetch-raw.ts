import { once } from 'node:events';
import { connect } from 'node:net';
import { int16, int32, int64 } from './encode-fetch.ts';

export interface RawFetch {
  /** `host:port` of the partition's leader. */
  readonly address: string;
  readonly topic: string;
  readonly partition?: number;
  readonly fetchOffset?: number;
  readonly maxBytes?: number;
}

const TIMEOUT_MS = 30_000;

/** The bytes of a broker's answer to Fetch version 11, read committed, behind the correlation id. */
export async function fetchRaw(wanted: RawFetch): Promise<Buffer> {
  const [host, port] = wanted.address.split(':') as [string, string];
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const socket = connect(Number(port), host);
  try {
    await once(socket, 'connect', { signal });
    socket.write(requestOf(wanted));
    let answer: Buffer = Buffer.alloc(0);
    while (answer.length < 4 || answer.length < 4 + answer.readInt32BE(0)) {
      const [chunk] = (await once(socket, 'data', { signal })) as [Buffer];
      answer = Buffer.concat([answer, chunk]);
    }
    return answer.subarray(8);
  } finally {
    socket.destroy();
  }
}

function requestOf({ topic, partition = 0, fetchOffset = 0, maxBytes = 64 * 1024 * 1024 }: RawFetch): Buffer {
  const header = [int16(1), int16(11), int32(1), text('test')];
  // Any replica, wait 500 ms, for 1 byte, isolation level 1 (read committed), no session.
  const limits = [int32(-1), int32(500), int32(1), int32(maxBytes), Buffer.from([1]), int32(0), int32(-1)];
  const what = [int32(1), text(topic), int32(1), int32(partition), int32(-1), int64(fetchOffset), int64(-1)];
  const rest = [int32(maxBytes), int32(0), text('')];
  const request = Buffer.concat([...header, ...limits, ...what, ...rest]);
  return Buffer.concat([int32(request.length), request]);
}

function text(value: string): Buffer {
  return Buffer.concat([int16(value.length), Buffer.from(value)]);
}
