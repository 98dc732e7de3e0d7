import type { Address } from './internal-types.ts';

/** Splits `host:port`; an IPv6 host stands in brackets there, and without them in the result. */
export function parseAddress(address: string): Address {
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon);
  return { host: host.startsWith('[') ? host.slice(1, -1) : host, port: Number(address.slice(colon + 1)) };
}
