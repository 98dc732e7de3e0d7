import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo, Server } from 'node:net';

/** Listens for a moment; resolves to the port, or null where that port cannot be had. */
const tryPort = (port: number, host: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(null);
      // A machine without IPv6: nothing can be listening there.
      else if (error.code === 'EADDRNOTAVAIL' || error.code === 'EAFNOSUPPORT') resolve(port);
      else reject(error);
    });
    server.listen({ port, host, exclusive: true }, () => {
      const { port: given } = server.address() as AddressInfo;
      server.close(() => resolve(given));
    });
  });

/** Is nobody listening on this port, under any address that `localhost` may stand for? */
export const isPortFree = async (port: number): Promise<boolean> =>
  (await tryPort(port, '127.0.0.1')) !== null && (await tryPort(port, '::')) !== null;

/**
 * A port on localhost that nobody listens on: the preferred one if it is free, else any.
 * Another process may take it before it is used; whoever listens on it must be ready to ask again.
 */
export const freePort = async (preferred?: number): Promise<number> => {
  if (preferred !== undefined && preferred !== 0 && (await isPortFree(preferred))) return preferred;
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = await tryPort(0, '127.0.0.1');
    if (port !== null && (await isPortFree(port))) return port;
  }
  throw new Error('no free port on localhost in 20 attempts');
};

/** Below the ports that systems give to connections going out (from 32768 on Linux, 49152 elsewhere: RFC 6335). */
const KEPT_FROM = 15_000;
const KEPT_COUNT = 15_000;

/**
 * Has the server listen on a port that stays free while it is shut for a moment: no connection of anybody is given it.
 * @returns the port @throws Error where none can be had
 */
export const listenOnKeptPort = async (server: Server, host: string): Promise<number> => {
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const port = KEPT_FROM + Math.floor(Math.random() * KEPT_COUNT);
    if (!(await isPortFree(port))) continue;
    try {
      server.listen(port, host);
      await once(server, 'listening');
      return port;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    }
  }
  throw new Error('no port to keep on localhost in 20 attempts');
};
