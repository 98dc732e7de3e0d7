import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Logger } from 'pino';
import { createFaultLog } from './rate-limit.ts';

/** The answer of a health check: whether all is well, and the facts behind it. */
export interface Verdict {
  readonly ok: boolean;
  readonly facts: Readonly<Record<string, unknown>>;
}

export interface HttpRoutes {
  /** The text of /metrics. */
  readonly metrics: () => Promise<string>;
  readonly healthz: () => Verdict;
  readonly readyz: () => Verdict;
}

/** The port can't be listened on; the message is one line for people. */
export class PortUnavailable extends Error {
  override readonly name = 'PortUnavailable';
}

export interface HttpServer {
  /** The port that it listens on, also where 0 was asked for. */
  readonly port: number;
  /** Ends all connections at once, idle or not. */
  readonly close: () => Promise<void>;
}

const maxConnections = 500;
const headersTimeoutMs = 10_000;
const idleSocketTimeoutMs = 30_000;
const faultIntervalMs = 30_000;
const metricsType = 'text/plain; version=0.0.4; charset=utf-8';
const jsonType = 'application/json; charset=utf-8';

/**
 * Serves /metrics, /healthz and /readyz on all interfaces. A check that is not ok is answered with 503. Slow clients
 * are cut off, and there are never more than 500 connections.
 * @throws {PortUnavailable} where the port is taken or not allowed
 */
export async function serveHttp(options: {
  readonly port: number;
  readonly routes: HttpRoutes;
  readonly log: Logger;
}): Promise<HttpServer> {
  const { port, routes, log } = options;
  const server = createServer(
    {
      headersTimeout: headersTimeoutMs,
      requestTimeout: headersTimeoutMs,
      connectionsCheckingInterval: 1_000,
    },
    answerWith(routes, log),
  );
  server.maxConnections = maxConnections;
  server.setTimeout(idleSocketTimeoutMs);
  const faults = createFaultLog({ intervalMs: faultIntervalMs, nowMs: () => performance.now() });
  await listen(server, port, (error) =>
    faults.fault('accept', () => log.warn({ err: error }, 'a connection to the metrics port failed')),
  );
  return {
    port: (server.address() as AddressInfo).port,
    close: () => close(server),
  };
}

function listen(server: Server, port: number, onAcceptError: (error: Error) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken' : `can't be listened on (${error.code})`;
      const message = `port ${port} ${why}: set METRICS_PORT to another one, or to 0 for any that is free`;
      reject(new PortUnavailable(message, { cause: error }));
    });
    server.listen(port, () => {
      server.removeAllListeners('error');
      // Without a listener, one connection that can't be accepted (no free descriptor) would end the process.
      server.on('error', onAcceptError);
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}

function answerWith(routes: HttpRoutes, log: Logger): RequestListener {
  return (request, response) => {
    answer(routes, request, response).catch((error: unknown) => {
      log.error({ err: error }, 'a request for metrics or health failed');
      if (!response.headersSent) send(response, 500, jsonType, '{"error":"internal error"}\n');
      else response.destroy();
    });
  };
}

async function answer(routes: HttpRoutes, request: IncomingMessage, response: ServerResponse): Promise<void> {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.setHeader('allow', 'GET, HEAD');
    // What may follow as a body is not read.
    response.setHeader('connection', 'close');
    return send(response, 405, jsonType, '{"error":"GET and HEAD only"}\n');
  }
  const path = (request.url ?? '').split('?', 1)[0];
  if (path === '/metrics') return send(response, 200, metricsType, await routes.metrics());
  if (path === '/healthz') return sendVerdict(response, routes.healthz());
  if (path === '/readyz') return sendVerdict(response, routes.readyz());
  return send(response, 404, jsonType, '{"error":"not found","paths":["/metrics","/healthz","/readyz"]}\n');
}

function sendVerdict(response: ServerResponse, { ok, facts }: Verdict): void {
  send(response, ok ? 200 : 503, jsonType, `${JSON.stringify({ ok, ...facts })}\n`);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, {
    'content-type': type,
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
  });
  response.end(body);
}
