import { once } from 'node:events';
import net from 'node:net';
import type { Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What happens to a broker's answer: it goes on (changed or not), is kept back, or its connection is cut in its place. The broker has done
 * by then what it was asked.
 */
export type Verdict = 'pass' | 'hold' | 'cut' | Buffer;

export interface FaultProxy {
  /** `host:port` to bootstrap from; the layout that is read through it leads back to it. */
  readonly address: string;
  /** Each request so far: its API key and version, and its body, which begins behind the header. */
  readonly requests: { apiKey: number; version: number; body: Buffer }[];
  /** Judges each answer, a frame with its length field, by the API key of its request. */
  judge: (apiKey: number, frame: Buffer) => Verdict | Promise<Verdict>;
  /** Refuses connections, and cuts those that are there. */
  shut(): Promise<void>;
  /** Takes connections again, at the same address. */
  reopen(): Promise<void>;
}

const METADATA = 3;

/** A proxy in front of a broker that understands the frames of Kafka's protocol. */
export async function faultProxy(broker: string): Promise<FaultProxy> {
  const brokerPort = Number(broker.slice(broker.lastIndexOf(':') + 1));
  const sockets = new Set<Socket>();
  const server = net.createServer((client) => {
    const upstream = net.connect(brokerPort, 'localhost');
    const apiKeys = new Map<number, number>();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
      });
    }
    frames(client, (frame) => {
      const apiKey = frame.readInt16BE(4);
      apiKeys.set(frame.readInt32BE(8), apiKey);
      // The header ends with the client's name; here it always has one.
      const body = frame.subarray(14 + frame.readInt16BE(12));
      proxy.requests.push({ apiKey, version: frame.readInt16BE(6), body });
      upstream.write(frame);
    });
    frames(upstream, (frame) => {
      const apiKey = apiKeys.get(frame.readInt32BE(4)) ?? -1;
      if (apiKey === METADATA) redirect(frame, brokerPort, port);
      void obey(client, frame, proxy.judge(apiKey, frame));
    });
  });
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const { port } = server.address() as net.AddressInfo;
  const proxy: FaultProxy = { address: `localhost:${port}`, requests: [], judge: () => 'pass', shut, reopen };
  onTestFinished(shut);

  async function shut(): Promise<void> {
    for (const socket of sockets) socket.destroy();
    if (!server.listening) return;
    server.close();
    await once(server, 'close');
  }

  async function reopen(): Promise<void> {
    server.listen(port, 'localhost');
    await once(server, 'listening');
  }

  return proxy;
}

async function obey(client: Socket, frame: Buffer, judgement: Verdict | Promise<Verdict>): Promise<void> {
  const verdict = judgement instanceof Promise ? await judgement : judgement;
  if (verdict === 'cut') client.destroy();
  else if (verdict !== 'hold') client.write(verdict === 'pass' ? frame : verdict);
}

function frames(socket: Socket, handle: (frame: Buffer) => void): void {
  let buffered: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    buffered = Buffer.concat([buffered, chunk as Buffer]);
    while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
      const length = 4 + buffered.readInt32BE(0);
      handle(Buffer.from(buffered.subarray(0, length)));
      buffered = buffered.subarray(length);
    }
  });
}

/** Puts the proxy's port in the place of the broker's, which follows its host name. */
function redirect(frame: Buffer, from: number, to: number): void {
  const host = Buffer.from('\0\x09localhost');
  for (let at = frame.indexOf(host); at >= 0; at = frame.indexOf(host, at + 1)) {
    const portAt = at + host.length;
    if (frame.readInt32BE(portAt) === from) frame.writeInt32BE(to, portAt);
  }
}
