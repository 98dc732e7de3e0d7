import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/**
 * What happens to a broker's answer: it goes on (changed or not), is kept back, or its connection is cut in its place. The broker has done
 * by then what it was asked.
 */
export type Verdict = 'pass' | 'hold' | 'cut' | Buffer;

/** A request as it went to the broker. */
export interface ProxiedRequest {
  readonly apiKey: number;
  readonly version: number;
  /** What follows the header. */
  readonly body: Buffer;
}

export interface FaultProxy {
  /** `host:port`, comma-separated, to bootstrap from; the layout that is read through it leads back to it. */
  readonly address: string;
  /** Judges each answer, a frame with its length field, by the API key of its request. */
  judge: (apiKey: number, frame: Buffer) => Verdict | Promise<Verdict>;
  /** Refuses connections, and cuts those that are there. */
  shut: () => Promise<void>;
  /** Cuts the connections that are there; new ones are taken. */
  cutAll: () => void;
  /** Takes connections again, at the same address. */
  reopen: () => Promise<void>;
}

const METADATA = 3;
const FIND_COORDINATOR = 10;

interface Door {
  readonly server: Server;
  readonly brokerPort: number;
  readonly port: number;
}

/** A proxy in front of each of the brokers (`localhost:port`, comma-separated) that understands the frames of Kafka's protocol. */
export const startFaultProxy = async (
  brokers: string,
  onRequest: (request: ProxiedRequest) => void = () => undefined,
): Promise<FaultProxy> => {
  const sockets = new Set<Socket>();
  const doors: Door[] = [];

  const serve = (client: Socket, brokerPort: number): void => {
    const upstream = connect(brokerPort, 'localhost');
    const apiKeys = new Map<number, number>();
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        client.destroy();
        upstream.destroy();
        sockets.delete(socket);
      });
    }
    onFrame(client, (frame) => {
      const apiKey = frame.readInt16BE(4);
      apiKeys.set(frame.readInt32BE(8), apiKey);
      // The header ends with the client's name; here it always has one.
      const body = frame.subarray(14 + frame.readInt16BE(12));
      onRequest({ apiKey, version: frame.readInt16BE(6), body });
      upstream.write(frame);
    });
    onFrame(upstream, (frame) => {
      const correlation = frame.readInt32BE(4);
      const apiKey = apiKeys.get(correlation) ?? -1;
      apiKeys.delete(correlation);
      if (apiKey === METADATA || apiKey === FIND_COORDINATOR)
        for (const door of doors) redirect(frame, door.brokerPort, door.port);
      void obey(client, frame, proxy.judge(apiKey, frame));
    });
  };

  for (const broker of brokers.split(',')) {
    const brokerPort = Number(broker.slice(broker.lastIndexOf(':') + 1));
    const server = createServer((client) => serve(client, brokerPort));
    server.listen(0, 'localhost');
    await once(server, 'listening');
    doors.push({ server, brokerPort, port: (server.address() as AddressInfo).port });
  }

  const cutAll = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  const proxy: FaultProxy = {
    address: doors.map(({ port }) => `localhost:${port}`).join(','),
    judge: () => 'pass',
    cutAll,
    shut: async () => {
      cutAll();
      for (const { server } of doors) {
        if (!server.listening) continue;
        server.close();
        await once(server, 'close');
      }
    },
    reopen: async () => {
      for (const { server, port } of doors) {
        server.listen(port, 'localhost');
        await once(server, 'listening');
      }
    },
  };
  return proxy;
};

const obey = async (client: Socket, frame: Buffer, judgement: Verdict | Promise<Verdict>): Promise<void> => {
  const verdict = judgement instanceof Promise ? await judgement : judgement;
  if (verdict === 'cut') client.destroy();
  else if (verdict !== 'hold') client.write(verdict === 'pass' ? frame : verdict);
};

const onFrame = (socket: Socket, handle: (frame: Buffer) => void): void => {
  let buffered: Buffer = Buffer.alloc(0);
  socket.on('data', (chunk) => {
    buffered = buffered.length === 0 ? (chunk as Buffer) : Buffer.concat([buffered, chunk as Buffer]);
    while (buffered.length >= 4 && buffered.length >= 4 + buffered.readInt32BE(0)) {
      const length = 4 + buffered.readInt32BE(0);
      handle(Buffer.from(buffered.subarray(0, length)));
      buffered = buffered.subarray(length);
    }
  });
};

/** Puts the proxy's port in the place of the broker's, which follows its host name. */
const redirect = (frame: Buffer, from: number, to: number): void => {
  const host = Buffer.from('\0\x09localhost');
  for (let at = frame.indexOf(host); at >= 0; at = frame.indexOf(host, at + 1)) {
    const portAt = at + host.length;
    if (frame.readInt32BE(portAt) === from) frame.writeInt32BE(to, portAt);
  }
};
