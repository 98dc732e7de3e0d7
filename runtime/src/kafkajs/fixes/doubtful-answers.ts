/**
 * An answer that can't be read ends its connection.
 *
 * Without this, noise under the right request's number (a broken proxy, a stream that lost its order) counts as far as it goes: what stands
 * in the place of a wish for rest keeps every later request of the connection in the queue, for days, and a broker is away that is not.
 */
import type { Connection, Exchange, WireResponse } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

const UNKNOWN_CODE = 'KAFKAJS_UNKNOWN_ERROR_CODE';

/** Wraps send on kafkajs's Connection. What the answer failed with goes to the caller; other requests fail with the connection. */
export function fixDoubtfulAnswers({ Connection }: Pick<Internals, 'Connection'>): void {
  const send = Connection.prototype.send;
  Connection.prototype.send = async function sendAndDoubt(this: Connection, exchange: Exchange) {
    return await send.call(this, { ...exchange, response: doubted(this, exchange.response) });
  };
}

function doubted(connection: Connection, { decode, parse }: WireResponse): WireResponse {
  const ifReadable = async <T>(reading: Promise<T>): Promise<T> => {
    // Another may stand in its place when the reading is done.
    const { socket } = connection;
    try {
      return await reading;
    } catch (error) {
      if (isDoubtful(error) && connection.socket === socket)
        connection.giveUp(`The broker sent what no answer can be: ${(error as Error).message}`);
      throw error;
    }
  };
  return {
    decode: async (raw) => await ifReadable(decode(raw)),
    parse: async (decoded) => await ifReadable(parse(decoded)),
  };
}

/** kafkajs's own errors are answers that were understood, unless their code is one that nobody knows. */
function isDoubtful(error: unknown): boolean {
  const { name, type } = error as { name?: unknown; type?: unknown };
  return !String(name).startsWith('KafkaJS') || type === UNKNOWN_CODE;
}
