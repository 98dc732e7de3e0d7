import { connect, type Socket } from 'node:net';
import { replaceAddresses, type BrokerAddress } from './advertised-addresses.ts';
import { onFrame } from './kafka-frames.ts';

/**
 * What happens to a frame: it goes on (changed or not), or is kept back alone (`hold`), or its connection is reset in
 * its place (`cut`), or stays open with nothing going through it any more in either direction (`silence`).
 */
export type Verdict = 'pass' | 'hold' | 'cut' | 'silence' | Buffer;

/** A verdict that comes later holds up all that follows in the same direction, as a network does. */
type Judgement = Verdict | Promise<Verdict>;

export interface ProxiedConnection {
  /** Resets both sides. */
  cut(): void;
}

export interface ConnectionOptions {
  readonly client: Socket;
  readonly broker: BrokerAddress;
  /** What stands for an address that the broker advertises. */
  readonly inPlaceOf: (advertised: BrokerAddress) => BrokerAddress;
  readonly onRequest: (apiKey: number, frame: Buffer) => Judgement;
  readonly onAnswer: (apiKey: number, frame: Buffer) => Judgement;
  /** `silent`: whether it had fallen silent before, so that the client has given it up. */
  readonly onClose: (silent: boolean) => void;
}

/** Sends what is judged on to the other side, in the order of its coming, whenever it is judged. */
function createLead(obey: (frame: Buffer, verdict: Verdict) => void) {
  let waiting = 0;
  let last = Promise.resolve();
  const obeyInTurn = async (before: Promise<void>, frame: Buffer, judgement: Judgement): Promise<void> => {
    await before;
    obey(frame, await judgement);
    waiting -= 1;
  };
  return {
    send: (frame: Buffer, judgement: Judgement): void => {
      if (waiting === 0 && !(judgement instanceof Promise)) return obey(frame, judgement);
      waiting += 1;
      last = obeyInTurn(last, frame, judgement);
    },
    settled: () => last,
  };
}

/** One client's connection, led on to a broker frame by frame. */
export function proxyConnection(options: ConnectionOptions): ProxiedConnection {
  const { client, broker, inPlaceOf, onRequest, onAnswer, onClose } = options;
  const upstream = connect(broker.port, broker.host);
  const asked = new Map<number, { readonly apiKey: number; readonly version: number }>();
  let silent = false;
  let open = true;

  function cut(): void {
    if (!open) return;
    open = false;
    client.resetAndDestroy();
    // The broker still gets what was on its way to it.
    upstream.destroySoon();
    onClose(silent);
  }
  client.on('error', () => undefined);
  upstream.on('error', () => undefined);
  upstream.on('close', cut);
  // What the client had sent before it closed still arrives, as late as it is judged.
  client.on('close', () => void toBroker.settled().then(cut));

  const obeyBy = (to: Socket) => (frame: Buffer, verdict: Verdict) => {
    if (silent || !open) return;
    if (verdict === 'cut') cut();
    else if (verdict === 'silence') silent = true;
    else if (verdict !== 'hold') to.write(verdict === 'pass' ? frame : verdict);
  };
  const toBroker = createLead(obeyBy(upstream));
  const toClient = createLead(obeyBy(client));
  onFrame(client, (frame) => {
    const apiKey = frame.readInt16BE(4);
    asked.set(frame.readInt32BE(8), { apiKey, version: frame.readInt16BE(6) });
    toBroker.send(frame, onRequest(apiKey, frame));
  });
  onFrame(upstream, (answer) => {
    const correlation = answer.readInt32BE(4);
    const { apiKey, version } = asked.get(correlation) ?? { apiKey: -1, version: -1 };
    asked.delete(correlation);
    const frame = replaceAddresses({ apiKey, version, frame: answer }, inPlaceOf);
    toClient.send(frame, onAnswer(apiKey, frame));
  });
  return { cut };
}
