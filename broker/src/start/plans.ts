import { fileURLToPath } from 'node:url';
import type { MetricsPorts } from './metrics-ports.ts';
import type { ServicePlan } from './service.ts';

const mainOf = (part: string): string =>
  fileURLToPath(new URL(`../../../${part}/src/main.ts`, import.meta.url));

/** As in package.json's `consumer` and in its image: what is under way, and answers that are worked off, die young. */
const consumerNodeArgs = ['--min-semi-space-size=16', '--max-semi-space-size=16'];

/** With 5 % poison, so that dead letters can be seen. */
export const invalidRatioOf = (env: NodeJS.ProcessEnv): string => env.INVALID_RATIO ?? '0.05';

/** The two services, on one Kafka. The producer may be done after EVENT_COUNT events; the consumer never is. */
export const servicePlans = (
  env: NodeJS.ProcessEnv,
  bootstrap: string,
  ports: MetricsPorts,
): ServicePlan[] => {
  const shared = { ...env, KAFKA_BOOTSTRAP_SERVERS: bootstrap };
  return [
    {
      name: 'producer',
      nodeArgs: [],
      file: mainOf('producer'),
      mayEnd: true,
      env: { ...shared, INVALID_RATIO: invalidRatioOf(env), METRICS_PORT: ports.producer },
    },
    {
      name: 'consumer',
      nodeArgs: consumerNodeArgs,
      file: mainOf('consumer'),
      mayEnd: false,
      env: { ...shared, METRICS_PORT: ports.consumer },
    },
  ];
};

const defaultShutdownTimeoutSec = 15;
/** What the services' own deadline leaves for their last words. */
const marginSec = 10;
/** As the services read it: beyond, it would be no time for a timer. */
const longestSec = 2 ** 30 / 1000;

/** How long the services may take to stop, in milliseconds: beyond their own deadline. */
export const stopTimeoutMs = (env: NodeJS.ProcessEnv): number => {
  const drainSec = Number(env.SHUTDOWN_TIMEOUT_SEC ?? defaultShutdownTimeoutSec);
  const ownSec = drainSec > 0 ? Math.min(drainSec, longestSec) : defaultShutdownTimeoutSec;
  return (ownSec + marginSec) * 1000;
};
