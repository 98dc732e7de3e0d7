import { createRequire } from 'node:module';
import type { Client } from 'undici';

/** A kept connection to the target. Its client carries one request at a time and reconnects by itself. */
export interface ForwardConnection {
  readonly client: Client;
  /** Whether the socket of now has carried a whole answer before: only then may it have been closed under us. */
  reused: boolean;
  /** Whether something unfinished is left on it, so that it must not be used again. */
  spent: boolean;
}

export interface ForwardConnections {
  /** One that no one else uses; null with `max` in use. */
  readonly tryTake: () => ForwardConnection | null;
  /** The same; with `max` in use it waits for the next one that is given back. */
  readonly take: () => Promise<ForwardConnection>;
  /** To be called once for each that was taken. */
  readonly giveBack: (connection: ForwardConnection) => void;
  readonly close: () => Promise<void>;
}

export interface ForwardConnectionsOptions {
  readonly origin: string;
  readonly max: number;
  /** Bound of name look-up, TCP and TLS together. */
  readonly connectTimeoutMs: number;
}

/**
 * The connections to one target, at most `max`. The one used last is taken first, so that few stay warm and the others
 * end by idleness. Not the HTTP client's own pool: that does not tell whether a request went over a fresh connection,
 * on which the rule about trying once more depends.
 */
export function createForwardConnections(options: ForwardConnectionsOptions): ForwardConnections {
  // Loaded only where events are forwarded: each start would pay for it.
  const { Client } = createRequire(import.meta.url)('undici') as typeof import('undici');
  const all = new Set<ForwardConnection>();
  const idle: ForwardConnection[] = [];
  const waiting: ((connection: ForwardConnection) => void)[] = [];

  function open(): ForwardConnection {
    const client = new Client(options.origin, {
      connectTimeout: options.connectTimeoutMs,
      // HTTP/2 would carry many requests at once over a connection; here each carries one, and their number is the bound.
      allowH2: false,
    });
    const connection = { client, reused: false, spent: false };
    client.on('disconnect', () => {
      connection.reused = false;
    });
    all.add(connection);
    return connection;
  }

  function giveBack(connection: ForwardConnection): void {
    if (connection.spent) {
      all.delete(connection);
      void connection.client.destroy();
    }
    const next = waiting.shift();
    if (next !== undefined) next(connection.spent ? open() : connection);
    else if (!connection.spent) idle.push(connection);
  }

  function tryTake(): ForwardConnection | null {
    return idle.pop() ?? (all.size < options.max ? open() : null);
  }

  async function take(): Promise<ForwardConnection> {
    const free = tryTake();
    if (free !== null) return free;
    return await new Promise((resolve) => {
      waiting.push(resolve);
    });
  }

  async function close(): Promise<void> {
    await Promise.all(Array.from(all, async ({ client }) => client.destroy()));
  }

  return { tryTake, take, giveBack, close };
}
