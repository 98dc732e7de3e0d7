/**
 * Every request ends by its own time-out.
 *
 * Without this, a request's own time-out only ever lengthens the connection's: the first request on a new connection, which finds out
 * whether a broker is alive, waits the full request time-out (30 s) instead of the connection's; a letter that must be given up after 5 s
 * stays on the wire for 30; what a throttling broker keeps in the queue never times out at all; and a step of the machine's clock makes
 * all requests under way time out at once, or none for as long as it went back.
 */
import type { QueuedRequest, RequestQueue } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

/** Lets a request's own time-out stand where it has one, shorter or longer than the connection's, on a clock that never steps. */
export function fixRequestDeadlines({ RequestQueue }: Pick<Internals, 'RequestQueue'>): void {
  const { createSocketRequest, sendSocketRequest } = RequestQueue.prototype;
  RequestQueue.prototype.createSocketRequest = function createWithDeadline(this: RequestQueue, request) {
    const queued = createSocketRequest.call(this, request);
    const ownTimeoutMs = request.requestTimeout ?? 0;
    if (ownTimeoutMs > 0) queued.requestTimeout = ownTimeoutMs;
    queued.sinceMs = performance.now();
    return queued;
  };
  RequestQueue.prototype.sendSocketRequest = function sendFromNow(this: RequestQueue, request) {
    request.sinceMs = performance.now();
    sendSocketRequest.call(this, request);
  };
}

/**
 * Fails the requests that have outlived their time-out, also those that still wait to be written.
 * @returns whether one of them had been written: its connection is not to be trusted any more
 */
export function expireRequests(queue: RequestQueue): boolean {
  const nowMs = performance.now();
  const isOver = (request: QueuedRequest) => nowMs - request.sinceMs > request.requestTimeout;
  const waiting = queue.pending.filter(isOver);
  if (waiting.length > 0) queue.pending = queue.pending.filter((request) => !waiting.includes(request));
  const written = [...queue.inflight.values()].filter(isOver);
  for (const request of [...waiting, ...written]) request.timeoutRequest();
  return written.length > 0;
}
