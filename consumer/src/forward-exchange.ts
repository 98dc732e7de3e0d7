import type { Dispatcher } from 'undici';
import type { ForwardConnection } from './forward-connections.ts';

/** What came of one request. */
export type Exchange =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | string[] | undefined }
  /** Name look-up, TCP or TLS failed: nothing was sent. */
  | { readonly kind: 'no-connection'; readonly error: Error }
  /** The connection ended before there was a status. `stale`: a kept one, before a byte of the answer. */
  | { readonly kind: 'cut'; readonly error: Error; readonly stale: boolean }
  | { readonly kind: 'time-out'; readonly connected: boolean }
  | { readonly kind: 'aborted' };

/** One that was not stopped from our side, and so says something of the target. */
export type Completed = Exclude<Exchange, { kind: 'aborted' }>;

/** A longer answer is not read to its end; its connection is given up instead. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/** What is known of a request that is under way. */
interface Progress {
  connected: boolean;
  reused: boolean;
  /** Whether a byte of the answer has come. */
  began: boolean;
  /** 0 until the final status is there. */
  status: number;
  retryAfter: string | string[] | undefined;
  bodyBytes: number;
}

/**
 * Sends one request and reads its answer to the end. The status decides as soon as it is there: a body that is
 * too long, breaks off or does not end in time changes nothing about it and costs only the connection.
 * Resolves within `timeoutMs`, or when `signal` aborts; throws only for a request that is wrong in itself (a bug).
 */
export async function exchange(
  connection: ForwardConnection,
  request: Dispatcher.DispatchOptions,
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Exchange> {
  const progress = newProgress();
  const { promise, resolve, reject } = Promise.withResolvers<Exchange>();
  const giveUp = (exchange: Exchange): void => {
    connection.spent = true;
    resolve(progress.status === 0 ? exchange : answer(progress));
  };
  const timer = setTimeout(() => giveUp({ kind: 'time-out', connected: progress.connected }), timeoutMs);
  const onAbort = (): void => giveUp({ kind: 'aborted' });
  signal.addEventListener('abort', onAbort, { once: true });
  connection.client.dispatch(request, listener(connection, progress, { resolve, reject, giveUp }));
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
  }
}

interface Ends {
  readonly resolve: (exchange: Exchange) => void;
  readonly reject: (error: Error) => void;
  readonly giveUp: (exchange: Exchange) => void;
}

function listener(connection: ForwardConnection, progress: Progress, ends: Ends): Dispatcher.DispatchHandler {
  return {
    onRequestStart() {
      progress.connected = true;
      progress.reused = connection.reused;
    },
    onResponseStarted() {
      progress.began = true;
    },
    onResponseStart(_controller, status, headers) {
      // 1xx: the answer proper is still to come.
      if (status < 200) return;
      progress.status = status;
      progress.retryAfter = headers['retry-after'];
    },
    onResponseData(_controller, chunk) {
      progress.bodyBytes += chunk.length;
      if (progress.bodyBytes > MAX_ANSWER_BYTES) ends.giveUp(answer(progress));
    },
    onResponseEnd() {
      connection.reused = true;
      ends.resolve(answer(progress));
    },
    onResponseError(_controller, error) {
      if (codeOf(error) === 'UND_ERR_INVALID_ARG') ends.reject(error);
      else ends.resolve(broken(error, progress));
    },
  };
}

function newProgress(): Progress {
  return { connected: false, reused: false, began: false, status: 0, retryAfter: undefined, bodyBytes: 0 };
}

function answer({ status, retryAfter }: Progress): Exchange {
  return { kind: 'answer', status, retryAfter };
}

const CLOSED_BY_THE_OTHER_SIDE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

function broken(error: Error, progress: Progress): Exchange {
  if (progress.status !== 0) return answer(progress);
  const code = codeOf(error);
  // TLS 1.3 refuses a client after the handshake is done on our side: still a refused connection.
  if (!progress.connected || code.startsWith('ERR_SSL_')) return { kind: 'no-connection', error };
  return {
    kind: 'cut',
    error,
    stale: progress.reused && !progress.began && CLOSED_BY_THE_OTHER_SIDE.has(code),
  };
}

/** The code of an error of the system, of TLS or of the HTTP client; empty where it has none. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
