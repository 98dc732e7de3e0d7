import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { redirect } from './kafka-frames.ts';
import { proxyConnection, type ProxiedConnection, type Verdict } from './proxied-connection.ts';

export type { Verdict } from './proxied-connection.ts';

/** A request as it went to the broker. */
export interface ProxiedRequest {
  readonly apiKey: number;
  readonly version: number;
  /** What follows the header. */
  readonly body: Buffer;
}

/** Which way a frame goes: from which of the lanes, to which of the brokers in the order of their addresses, both from 0. */
export interface Way {
  readonly lane: number;
  readonly broker: number;
}

/** Judges a frame, with its length field, by the API key of its request. */
export type Judge = (apiKey: number, frame: Buffer, way: Way) => Verdict | Promise<Verdict>;

export interface FaultProxy {
  /** For each lane `host:port`, comma-separated, to bootstrap from; the layout that is read through it leads back to it. */
  readonly addresses: readonly string[];
  /** That of the first lane. */
  readonly address: string;
  /** Judges each request; one that does not pass never reaches the broker. */
  admit: Judge;
  /** Judges each answer; the broker has done by then what it was asked. */
  judge: Judge;
  /** How many connections fell silent and were then closed by their clients. */
  givenUp: () => number;
  /** Refuses connections, and cuts those that are there: on all ways, or on those that the choice says. */
  shut: (choice?: (way: Way) => boolean) => Promise<void>;
  /** Cuts the connections that are there, all or by choice; new ones are taken. Returns how many. */
  cutAll: (choice?: (way: Way) => boolean) => number;
  /** Takes connections again, at the same addresses. */
  reopen: () => Promise<void>;
}

const METADATA = 3;
const FIND_COORDINATOR = 10;

interface Door extends Way {
  readonly server: Server;
  readonly brokerPort: number;
  readonly port: number;
}

/**
 * A proxy in front of each of the brokers (`localhost:port`, comma-separated) that understands the frames of Kafka's
 * protocol. Each of its lanes leads to all brokers, so that clients can be told apart.
 */
export const startFaultProxy = async (
  brokers: string,
  onRequest: (request: ProxiedRequest) => void = () => undefined,
  lanes = 1,
): Promise<FaultProxy> => {
  const connections = new Map<ProxiedConnection, Way>();
  const doors: Door[] = [];
  let givenUp = 0;

  const serve = (client: Socket, way: Way, brokerPort: number): void => {
    const connection = proxyConnection({
      client,
      brokerPort,
      onRequest: (apiKey, frame) => {
        // The header ends with the client's name; here it always has one.
        const body = frame.subarray(14 + frame.readInt16BE(12));
        onRequest({ apiKey, version: frame.readInt16BE(6), body });
        return proxy.admit(apiKey, frame, way);
      },
      onAnswer: (apiKey, frame) => {
        if (apiKey === METADATA || apiKey === FIND_COORDINATOR)
          for (const door of doors) if (door.lane === way.lane) redirect(frame, door.brokerPort, door.port);
        return proxy.judge(apiKey, frame, way);
      },
      onClose: (silent) => {
        if (connections.delete(connection) && silent) givenUp += 1;
      },
    });
    connections.set(connection, way);
  };

  for (let lane = 0; lane < lanes; lane += 1)
    for (const [broker, address] of brokers.split(',').entries()) {
      const brokerPort = Number(address.slice(address.lastIndexOf(':') + 1));
      const server = createServer((client) => serve(client, { lane, broker }, brokerPort));
      server.listen(0, 'localhost');
      await once(server, 'listening');
      doors.push({ server, lane, broker, brokerPort, port: (server.address() as AddressInfo).port });
    }

  const cutAll = (choice: (way: Way) => boolean = () => true): number => {
    const chosen = [...connections].filter(([, way]) => choice(way));
    for (const [connection] of chosen) {
      connections.delete(connection);
      connection.cut();
    }
    return chosen.length;
  };
  const addresses = Array.from({ length: lanes }, (_, lane) =>
    doors
      .filter((door) => door.lane === lane)
      .map(({ port }) => `localhost:${port}`)
      .join(','),
  );
  const proxy: FaultProxy = {
    addresses,
    address: addresses[0] as string,
    admit: () => 'pass',
    judge: () => 'pass',
    givenUp: () => givenUp,
    cutAll,
    shut: async (choice = () => true) => {
      const shut = doors.filter((door) => door.server.listening && choice(door));
      const closed = shut.map(({ server }) => once(server, 'close'));
      for (const { server } of shut) server.close();
      cutAll(choice);
      await Promise.all(closed);
    },
    reopen: async () => {
      for (const { server, port } of doors) {
        if (server.listening) continue;
        server.listen(port, 'localhost');
        await once(server, 'listening');
      }
    },
  };
  return proxy;
};
