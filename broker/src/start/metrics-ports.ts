import { freePort, isPortFree } from '../free-port.ts';

/** Ports as they are handed to the services: what is no number is passed on, for the service to say so. */
export interface MetricsPorts {
  readonly consumer: string;
  readonly producer: string;
}

/** METRICS_PORT is the consumer's, and the producer has the next one; 0 is any two that are free. */
export const metricsPorts = async (given: string | undefined): Promise<MetricsPorts> => {
  if (given === undefined) return { consumer: '8000', producer: '8001' };
  const port = Number(given);
  if (given.trim() === '' || !Number.isInteger(port)) return { consumer: given, producer: given };
  if (port !== 0) return { consumer: given, producer: String(port + 1) };
  return { consumer: String(await freePort()), producer: String(await freePort()) };
};

/**
 * What to say where a port that METRICS_PORT asks for is taken, or null. Before anything starts: whoever is there could
 * be another of these consumers, whose first event would be taken for ours.
 */
export const takenMetricsPort = async (given: string | undefined): Promise<string | null> => {
  if (Number(given) === 0) return null;
  for (const [service, port] of Object.entries(await metricsPorts(given))) {
    if (!/^\d{1,5}$/.test(port) || Number(port) > 65_535 || (await isPortFree(Number(port)))) continue;
    return (
      `Port ${port}, for the ${service}'s metrics, is taken. Set METRICS_PORT: the consumer gets that port and the ` +
      'producer the next one, or with 0 any that are free.'
    );
  }
  return null;
};
