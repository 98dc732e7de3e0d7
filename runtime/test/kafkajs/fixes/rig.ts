import { createRequire } from 'node:module';
import net from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';
import { applyFixes } from '../../../src/kafkajs/apply.ts';
import { readInternals } from '../../../src/kafkajs/internals.ts';
import type { Internals } from '../../../src/kafkajs/internals.ts';
import type { Connection, Exchange, KafkajsLogger } from '../../../src/kafkajs/internal-types.ts';
import { createSockets } from '../../../src/kafkajs/socket-factory.ts';

/** A copy of kafkajs as it was published, apart from all other copies. */
export function published(): Internals {
  const require = createRequire(import.meta.url);
  for (const name of Object.keys(require.cache)) {
    if (name.includes('/node_modules/kafkajs/')) delete require.cache[name];
  }
  return readInternals(require);
}

/** A copy of kafkajs with the fixes. */
export function repaired(): Internals {
  const parts = published();
  applyFixes(parts);
  return parts;
}

export const silent: KafkajsLogger = {
  namespace: () => silent,
  setLogLevel: () => undefined,
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  debug: () => undefined,
};

export interface Peer {
  readonly port: number;
  /** All sockets that were accepted, in order, the closed ones too. */
  readonly accepted: Socket[];
}

/** A server that leaves each socket to `serve`. */
export async function peer(serve: (socket: Socket, index: number) => void): Promise<Peer> {
  const accepted: Socket[] = [];
  const server = net.createServer((socket) => {
    socket.on('error', () => undefined);
    accepted.push(socket);
    serve(socket, accepted.length - 1);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of accepted) socket.destroy();
    server.close();
  });
  return { port: (server.address() as net.AddressInfo).port, accepted };
}

/** The options of a kafkajs Connection or ConnectionPool to a port of this machine. */
export function optionsTo(port: number, options: object = {}): object {
  const sockets = createSockets();
  onTestFinished(() => sockets.close());
  return {
    host: '127.0.0.1',
    port,
    logger: silent,
    socketFactory: sockets.create,
    requestTimeout: 400,
    connectionTimeout: 5_000,
    ...options,
  };
}

export function connectionTo(parts: Internals, port: number, options: object = {}): Connection {
  return new parts.Connection(optionsTo(port, options));
}

/** A request whose answer is one number. */
export function question(parts: Internals, own: Partial<Exchange> = {}): Exchange {
  return {
    request: {
      apiKey: 18,
      apiVersion: 0,
      apiName: 'Question',
      encode: async () => new parts.Encoder().writeInt32(1),
    },
    response: {
      decode: async (raw) => ({ clientSideThrottleTime: 0, value: raw.readInt32BE(0) }),
      parse: async (decoded) => (decoded as { value: number }).value,
    },
    ...own,
  };
}

/** The correlation id of a request that came in one chunk. */
export const correlationOf = (request: Buffer): number => request.readInt32BE(8);

/** The bytes of the answer `value` to a request. */
export function answer(correlationId: number, value: number): Buffer {
  const bytes = Buffer.alloc(12);
  bytes.writeInt32BE(8, 0);
  bytes.writeInt32BE(correlationId, 4);
  bytes.writeInt32BE(value, 8);
  return bytes;
}

/** Answers each request at once. */
export const answering =
  (value: number) =>
  (socket: Socket): void => {
    socket.on('data', (request) => socket.write(answer(correlationOf(request as Buffer), value)));
  };

export async function outcome(work: Promise<unknown>): Promise<unknown> {
  return await work.then(
    (value) => value,
    (error: unknown) => error,
  );
}
