import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import { listenOnKeptPort } from '@event-pipeline/broker/free-port.ts';
import { setTimeout as pause } from 'node:timers/promises';
import type { TakenEvent } from '../checker/evidence.ts';
import { fingerprint } from '../fingerprint.ts';
import { nowUs } from '../preload/ledger-line.ts';

/** How the target answers one request. */
export interface TargetAnswer {
  readonly status: number;
  readonly delayMs?: number;
  /** As the answer's `retry-after`; none. */
  readonly retryAfterSec?: number;
}

/** What events are forwarded to: an HTTP server that answers by plan and keeps a ledger of its own. */
export interface Target {
  readonly url: string;
  /** The events that were answered with 2xx, each time; written down before the answer goes out. */
  readonly taken: readonly TakenEvent[];
  /** Answers from now on by this plan, from an event's id. */
  answerWith(plan: (eventId: string) => TargetAnswer): void;
  /** Refuses connections, and cuts those that are there. */
  shut(): Promise<void>;
  /** Takes connections again, at the same address. */
  reopen(): Promise<void>;
}

/** Starts a target on a free port; to some events it answers the same for ever, whatever the plan is. */
export async function startTarget(fails: (eventId: string) => number | null): Promise<Target> {
  const taken: TakenEvent[] = [];
  let plan = (_eventId: string): TargetAnswer => ({ status: 204 });

  async function answer(eventId: string, body: Buffer, response: ServerResponse): Promise<void> {
    const forEver = fails(eventId);
    const given: TargetAnswer = forEver === null ? plan(eventId) : { status: forEver };
    const { status, delayMs = 0, retryAfterSec } = given;
    if (delayMs > 0) await pause(delayMs);
    if (status < 300) taken.push({ eventId, fingerprint: fingerprint(body), us: nowUs() });
    response
      .writeHead(status, retryAfterSec === undefined ? {} : { 'retry-after': String(retryAfterSec) })
      .end();
  }

  const server = createServer((request, response) => {
    const eventId = String(request.headers['idempotency-key']);
    const body: Buffer[] = [];
    request.on('data', (part: Buffer) => void body.push(part));
    request.once('end', () => void answer(eventId, Buffer.concat(body), response));
  });
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  };
  const port = await listenOnKeptPort(server, '127.0.0.1');
  return {
    url: `http://127.0.0.1:${port}/`,
    taken,
    answerWith: (next) => {
      plan = next;
    },
    shut: async () => {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
    reopen: () => listen(port),
  };
}
