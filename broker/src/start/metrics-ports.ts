import { freePort } from '../free-port.ts';

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
