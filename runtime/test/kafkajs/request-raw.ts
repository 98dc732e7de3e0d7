import { once } from 'node:events';
import { connect } from 'node:net';
import { int16, int32 } from './encode-fetch.ts';

const TIMEOUT_MS = 30_000;

export interface RawRequest {
  /** `host:port` of the partition's leader. */
  readonly address: string;
  readonly apiKey: number;
  readonly apiVersion: number;
  readonly body: readonly Buffer[];
}

/** Sends a request on a connection of its own; resolves to the answer behind the correlation id. */
export async function requestRaw({ address, apiKey, apiVersion, body }: RawRequest): Promise<Buffer> {
  const [host, port] = address.split(':') as [string, string];
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const socket = connect(Number(port), host);
  try {
    await once(socket, 'connect', { signal });
    const request = Buffer.concat([int16(apiKey), int16(apiVersion), int32(1), text('test'), ...body]);
    socket.write(Buffer.concat([int32(request.length), request]));
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

/** A string as Kafka's protocol writes it. */
export function text(value: string): Buffer {
  return Buffer.concat([int16(value.length), Buffer.from(value)]);
}
