import { collectDefaultMetrics, Registry } from 'prom-client';

/** A registry of a service's own, with prom-client's process metrics in it. */
export function createRegistry(): Registry {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return registry;
}
