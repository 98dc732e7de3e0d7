import { once } from 'node:events';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { BrokerAddress } from './advertised-addresses.ts';
import { listenOnKeptPort } from './free-port.ts';
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

interface Door extends Way {
  readonly server: Server;
  /** Where it leads to. */
  readonly leadsTo: BrokerAddress;
  readonly port: number;
}

const parseAddress = (address: string): BrokerAddress => {
  const colon = address.lastIndexOf(':');
  return { host: address.slice(0, colon), port: Number(address.slice(colon + 1)) };
};

/** The address in its place that clients of a lane are led by. Brokers may advertise another name than they were given by. */
const standIn = (advertised: BrokerAddress, doors: readonly Door[]): BrokerAddress => {
  const ofPort = doors.filter(({ leadsTo }) => leadsTo.port === advertised.port);
  const door = ofPort.find(({ leadsTo }) => leadsTo.host === advertised.host) ?? ofPort[0];
  return door === undefined ? advertised : { host: 'localhost', port: door.port };
};

/**
 * A proxy on localhost in front of each of the brokers (`host:port`, comma-separated) that understands the frames of Kafka's
 * protocol. Each of its lanes leads to all brokers, so that clients can be told apart. Clients go round it to a broker that is
 * not named, or that advertises another port than it is named by.
 */
export const startFaultProxy = async (
  brokers: string,
  onRequest: (request: ProxiedRequest) => void = () => undefined,
  lanes = 1,
): Promise<FaultProxy> => {
  const connections = new Map<ProxiedConnection, Way>();
  const doors: Door[] = [];
  let givenUp = 0;

  const serve = (client: Socket, way: Way, broker: BrokerAddress): void => {
    const connection = proxyConnection({
      client,
      broker,
      inPlaceOf: (advertised) =>
        standIn(
          advertised,
          doors.filter(({ lane }) => lane === way.lane),
        ),
      onRequest: (apiKey, frame) => {
        // The header ends with the client's name; here it always has one.
        const body = frame.subarray(14 + frame.readInt16BE(12));
        onRequest({ apiKey, version: frame.readInt16BE(6), body });
        return proxy.admit(apiKey, frame, way);
      },
      onAnswer: (apiKey, frame) => proxy.judge(apiKey, frame, way),
      onClose: (silent) => {
        if (connections.delete(connection) && silent) givenUp += 1;
      },
    });
    connections.set(connection, way);
  };

  for (let lane = 0; lane < lanes; lane += 1)
    for (const [broker, address] of brokers.split(',').entries()) {
      const leadsTo = parseAddress(address);
      const server = createServer((client) => serve(client, { lane, broker }, leadsTo));
      const port = await listenOnKeptPort(server, 'localhost');
      doors.push({ server, lane, broker, leadsTo, port });
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
