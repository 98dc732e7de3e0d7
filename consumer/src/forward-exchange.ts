import type { Dispatcher } from 'undici';
import type { ForwardConnection } from './forward-connections.ts';
import { TimeLimited } from './time-limits.ts';

/** What came of one request. */
export type Exchange =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | string[] | undefined }
  /** Name look-up, TCP or TLS failed: nothing was sent. */
  | { readonly kind: 'no-connection'; readonly error: Error }
  /** The connection ended before there was a status. */
  | { readonly kind: 'cut'; readonly error: Error }
  | { readonly kind: 'time-out'; readonly connected: boolean }
  | { readonly kind: 'aborted' };

/** One that was not stopped from our side, and so says something of the target. */
export type Completed = Exclude<Exchange, { kind: 'aborted' }>;

/** A longer answer is not read to its end; its connection is given up instead. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * One request under way, and what the HTTP client calls while it sends it and reads the answer to the end. The status
 * decides as soon as it is there: a body that is too long, breaks off or does not end in time changes nothing about it
 * and costs only the connection. Where a kept connection ended before a byte of the answer, it is sent once more.
 *
 * One object, since it is made for every event.
 */
export class ExchangeUnderWay extends TimeLimited implements Dispatcher.DispatchHandler {
  /** What came of it; rejects only for a request that is wrong in itself (a bug). */
  readonly ended: Promise<Exchange>;
  readonly #connection: ForwardConnection;
  readonly #request: Dispatcher.DispatchOptions;
  readonly #ends: PromiseWithResolvers<Exchange>;
  #isSecondTry = false;
  #isOver = false;
  #isConnected = false;
  #isReused = false;
  /** Whether a byte of the answer has come. */
  #hasBegun = false;
  /** 0 until the final status is there. */
  #status = 0;
  #retryAfter: string | string[] | undefined = undefined;
  #bodyBytes = 0;

  constructor(connection: ForwardConnection, request: Dispatcher.DispatchOptions) {
    super();
    this.#connection = connection;
    this.#request = request;
    this.#ends = Promise.withResolvers<Exchange>();
    this.ended = this.#ends.promise;
  }

  /** Sends it. To be called once. */
  begin(): void {
    this.#connection.client.dispatch(this.#request, this);
  }

  /** Its time is up: the connection is given up, whatever comes of it. */
  timeOut(): void {
    this.#giveUp({ kind: 'time-out', connected: this.#isConnected });
  }

  /** The same, where nobody waits for the answer any more. */
  abort(): void {
    this.#giveUp(ABORTED);
  }

  onRequestStart(): void {
    this.#isConnected = true;
    this.#isReused = this.#connection.reused;
  }

  onResponseStarted(): void {
    this.#hasBegun = true;
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: Headers): void {
    // 1xx: the answer proper is still to come.
    if (status < 200) return;
    this.#status = status;
    this.#retryAfter = headers['retry-after'];
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#bodyBytes += chunk.length;
    if (this.#bodyBytes > MAX_ANSWER_BYTES) this.#giveUp(this.#answer());
  }

  onResponseEnd(): void {
    this.#connection.reused = true;
    this.#end(this.#answer());
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    if (codeOf(error) === 'UND_ERR_INVALID_ARG') this.#ends.reject(error);
    else if (this.#isStale(error)) this.#sendAgain();
    else this.#end(this.#broken(error));
  }

  #end(exchange: Exchange): void {
    this.#isOver = true;
    this.#ends.resolve(exchange);
  }

  #giveUp(exchange: Exchange): void {
    this.#connection.spent = true;
    this.#end(this.#status === 0 ? exchange : this.#answer());
  }

  #answer(): Exchange {
    return { kind: 'answer', status: this.#status, retryAfter: this.#retryAfter };
  }

  /** A kept connection may have been closed under us: before a byte of the answer, that tells nothing of the event. */
  #isStale(error: Error): boolean {
    return (
      !this.#isSecondTry && this.#isReused && !this.#hasBegun && CLOSED_BY_THE_OTHER_SIDE.has(codeOf(error))
    );
  }

  #sendAgain(): void {
    this.#isSecondTry = true;
    this.#isConnected = false;
    this.#isReused = false;
    // Its socket is gone, so the client connects anew; but it is still busy with telling of the end.
    queueMicrotask(() => {
      if (!this.#isOver) this.begin();
    });
  }

  #broken(error: Error): Exchange {
    if (this.#status !== 0) return this.#answer();
    // TLS 1.3 refuses a client after the handshake is done on our side: still a refused connection.
    const isRefused = !this.#isConnected || codeOf(error).startsWith('ERR_SSL_');
    return { kind: isRefused ? 'no-connection' : 'cut', error };
  }
}

type Headers = Readonly<Record<string, string | string[] | undefined>>;

const ABORTED: Exchange = { kind: 'aborted' };

const CLOSED_BY_THE_OTHER_SIDE = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']);

/** The code of an error of the system, of TLS or of the HTTP client; empty where it has none. */
export function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
