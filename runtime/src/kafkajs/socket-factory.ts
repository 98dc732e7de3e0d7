import net from 'node:net';
import tls from 'node:tls';
import type { Socket } from 'node:net';
import type { SocketFactory } from './internal-types.ts';
import { takePlace } from './read-place.ts';

/** The operating system starts to probe a silent peer after this long. */
const KEEP_ALIVE_DELAY_MS = 10_000;
const READ_BYTES = 128 * 1024;

export interface Sockets {
  readonly create: SocketFactory;
  /** Ends all sockets; from now on `create` throws, so that no call still under way can bring a connection back. */
  close(): void;
}

/** Makes the sockets of one cluster object: no delay for small requests, keep-alive, and a lid on them all. */
export function createSockets(): Sockets {
  const open = new Set<Socket>();
  let closed = false;

  const create: SocketFactory = ({ host, port, ssl, onConnect }) => {
    if (closed) throw new Error('the cluster is closed');
    let socket: Socket | null = null;
    const own = Buffer.allocUnsafeSlow(READ_BYTES);
    const options = {
      host,
      port,
      noDelay: true,
      keepAlive: true,
      keepAliveInitialDelay: KEEP_ALIVE_DELAY_MS,
      // One buffer for all reads of the socket: else each read makes one, and an answer of a megabyte leaves as much to
      // be collected. Who takes the data copies it before it returns, or says where the next is to lie.
      onread: {
        buffer: () => (socket === null ? own : (takePlace(socket) ?? own)),
        callback: (length: number, buffer: Uint8Array) =>
          socket?.emit('data', (buffer as Buffer).subarray(0, length)) || true,
      },
    };
    const serverName = net.isIP(host) === 0 ? { servername: host } : {};
    const opened: Socket =
      ssl === undefined || ssl === null
        ? net.connect(options, onConnect)
        : tls.connect({ ...options, ...serverName, ...(ssl as tls.ConnectionOptions) }, onConnect);
    socket = opened;
    open.add(opened);
    opened.once('close', () => open.delete(opened));
    return opened;
  };

  const close = (): void => {
    closed = true;
    for (const socket of open) socket.destroy();
  };

  return { create, close };
}
