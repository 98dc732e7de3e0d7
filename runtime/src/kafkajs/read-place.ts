import type { Socket } from 'node:net';

const places = new WeakMap<Socket, Buffer>();

/**
 * The socket's next read goes there, and nowhere else: what comes next is known to belong there, and is not copied then.
 * It must be called while data is taken in, and holds for one read.
 */
export function readInto(socket: Socket, place: Buffer): void {
  places.set(socket, place);
}

/** Where the socket's next read goes, once; undefined where that was not said. */
export function takePlace(socket: Socket): Buffer | undefined {
  const place = places.get(socket);
  if (place !== undefined) places.delete(socket);
  return place;
}
