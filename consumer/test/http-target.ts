import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { buffer } from 'node:stream/consumers';

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly rawHeaders: readonly string[];
  readonly body: Buffer;
  /** Which connection it came over: 1 is the first that was accepted. */
  readonly connection: number;
}

export type Answer = (response: ServerResponse, received: Received) => void;

export interface HttpTarget extends AsyncDisposable {
  readonly port: number;
  readonly url: string;
  readonly received: readonly Received[];
  /** The most connections that were open at once. */
  mostOpen(): number;
  /** What comes from now on is answered so. */
  answerWith(answer: Answer): void;
  close(): Promise<void>;
}

/** An answer with nothing but a status. */
export function status(code: number, headers: Record<string, string> = {}): Answer {
  return (response) => {
    response.writeHead(code, headers).end();
  };
}

/** A real HTTP server on 127.0.0.1 that remembers what it was sent. */
export async function httpTarget(initialAnswer: Answer = status(204), port = 0): Promise<HttpTarget> {
  let answer = initialAnswer;
  const received: Received[] = [];
  const open = new Set<Socket>();
  const numbers = new WeakMap<Socket, number>();
  let accepted = 0;
  let mostOpen = 0;
  async function receive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url = '', headers, rawHeaders } = request;
    const connection = numbers.get(request.socket) ?? 0;
    const body = await buffer(request);
    const one = { method, path: url, headers, rawHeaders, body, connection };
    received.push(one);
    answer(response, one);
  }

  const server = createServer((request, response) => {
    // Where the sender gave up, nothing was received.
    receive(request, response).catch(() => response.destroy());
  });
  server.on('connection', (socket) => {
    numbers.set(socket, ++accepted);
    open.add(socket);
    mostOpen = Math.max(mostOpen, open.size);
    socket.on('close', () => open.delete(socket));
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const actual = (server.address() as AddressInfo).port;

  async function close(): Promise<void> {
    if (!server.listening) return;
    server.close();
    for (const socket of open) socket.destroy();
    await once(server, 'close');
  }
  return {
    port: actual,
    url: `http://127.0.0.1:${actual}/events`,
    received,
    mostOpen: () => mostOpen,
    answerWith: (next) => {
      answer = next;
    },
    close,
    [Symbol.asyncDispose]: close,
  };
}
