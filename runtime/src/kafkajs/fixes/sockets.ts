/**
 * One socket at a time for each connection, and none left over.
 *
 * Without this (tulios/kafkajs #1570, #715, #1374 show the symptom, a consumer that silently stops):
 * - the bytes of a half-received answer stay in the parser across a reconnect, and every later request times out;
 * - calls of connect() at the same time open several sockets, whose bytes are mixed in one parser;
 * - events of a socket that was given up act on its successor;
 * - a socket is only ended, never destroyed, so a peer that does not answer keeps it for ever;
 * - a request that times out leaves a dead (half-open, stopped) peer's connection in use;
 * - disconnect() waits for answers that never come, and so does an old-style SASL exchange.
 */
import type { Socket } from 'node:net';
import type { Connection } from '../internal-types.ts';
import type { Internals } from '../internals.ts';
import { expireRequests } from './request-deadlines.ts';

/** How often requests are looked over for their time-out, at most; the time-out is late by no more than this. */
const WATCH_INTERVAL_MS = 100;
const FRAME_SIZE_BYTES = 4;

interface Line {
  readonly socket: Socket;
  readonly reject: (error: Error) => void;
  connectTimer: NodeJS.Timeout | undefined;
  watch: NodeJS.Timeout | undefined;
}

type Parts = Pick<Internals, 'Connection' | 'errors'>;

/** Replaces connect, disconnect and the time-out of sendAuthRequest on kafkajs's Connection. */
export function fixSockets({ Connection, errors }: Parts): void {
  const lines = new WeakMap<Connection, Line>();
  const attempts = new WeakMap<Connection, Promise<boolean>>();

  const failure = (connection: Connection, message: string, code?: string): Error =>
    new errors.KafkaJSConnectionError(message, {
      broker: connection.broker,
      ...(code === undefined ? {} : { code }),
    });

  /** Ends the connection's present socket for good: everything that waits for it fails with `error`, at once. */
  function close(connection: Connection, error: Error): void {
    const line = lines.get(connection);
    lines.delete(connection);
    attempts.delete(connection);
    connection.connectionStatus = 'disconnected';
    connection.authenticatedAt = null;
    forgetFrames(connection);
    connection.authHandlers?.onError();
    connection.requestQueue.rejectAll(error);
    connection.requestQueue.destroy();
    // What a broker asks for is asked of one connection (KIP-219).
    connection.requestQueue.throttledUntil = -1;
    if (line === undefined) return;
    clearTimeout(line.connectTimer);
    clearInterval(line.watch);
    line.socket.destroy();
    line.reject(error);
  }

  function open(connection: Connection): Promise<boolean> {
    const { promise, resolve, reject } = Promise.withResolvers<boolean>();
    const socket = connection.socketFactory({
      host: connection.host,
      port: connection.port,
      ssl: connection.ssl,
      onConnect: () => ifCurrent(onConnect),
    });
    const line: Line = { socket, reject, connectTimer: undefined, watch: undefined };
    const ifCurrent = (act: () => void): void => {
      if (lines.get(connection) === line) act();
    };
    const fail = (message: string, code?: string): void =>
      ifCurrent(() => close(connection, failure(connection, message, code)));
    const onConnect = (): void => {
      clearTimeout(line.connectTimer);
      connection.connectionStatus = 'connected';
      line.watch = watchRequests(connection, () => fail('Connection given up: a request got no answer'));
      resolve(true);
    };
    lines.set(connection, line);
    connection.socket = socket;
    line.connectTimer = setTimeout(() => fail('Connection timeout'), connection.connectionTimeout);
    socket.on('data', (chunk) => ifCurrent(() => receive(connection, chunk as Buffer, fail)));
    socket.on('end', () => fail('Connection closed by the broker'));
    socket.on('close', () => fail('Connection closed'));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      fail(`Connection error: ${error.message}`, error.code),
    );
    return promise;
  }

  Connection.prototype.connect = async function connect(this: Connection): Promise<boolean> {
    if (this.isConnected()) return true;
    let attempt = attempts.get(this);
    if (attempt === undefined) {
      try {
        attempt = open(this);
      } catch (error) {
        throw failure(this, `Failed to connect: ${(error as Error).message}`);
      }
      attempts.set(this, attempt);
    }
    return await attempt;
  };

  Connection.prototype.disconnect = async function disconnect(this: Connection): Promise<boolean> {
    close(this, failure(this, 'Connection closed by the client'));
    return true;
  };

  Connection.prototype.giveUp = function giveUp(this: Connection, reason: string): void {
    close(this, failure(this, reason));
  };

  const sendAuthRequest = Connection.prototype.sendAuthRequest;
  Connection.prototype.sendAuthRequest = async function sendBounded(this: Connection, exchange) {
    const timer = setTimeout(
      () => close(this, failure(this, 'Authentication got no answer')),
      this.requestTimeout,
    );
    try {
      return await sendAuthRequest.call(this, exchange);
    } finally {
      clearTimeout(timer);
    }
  };
}

function forgetFrames(connection: Connection): void {
  connection.chunks = [];
  connection.bytesBuffered = 0;
  connection.bytesNeeded = FRAME_SIZE_BYTES;
}

function receive(connection: Connection, chunk: Buffer, fail: (message: string) => void): void {
  try {
    connection.processData(chunk);
  } catch (error) {
    fail(`The broker sent what no answer can be: ${(error as Error).message}`);
  }
}

/**
 * Calls `onSilence` when a written request has outlived its time-out. A look-over that comes late itself (the process was stopped, the
 * event loop was blocked) is skipped: the answers may lie in the socket, unread.
 */
function watchRequests(connection: Connection, onSilence: () => void): NodeJS.Timeout {
  const intervalMs = Math.min(connection.requestTimeout, WATCH_INTERVAL_MS);
  let lastLookMs = performance.now();
  return setInterval(() => {
    const nowMs = performance.now();
    const late = nowMs - lastLookMs > 10 * intervalMs;
    lastLookMs = nowMs;
    if (!late && expireRequests(connection.requestQueue)) onSilence();
  }, intervalMs);
}
