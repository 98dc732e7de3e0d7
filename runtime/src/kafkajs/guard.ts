import type { createRequire } from 'node:module';

type Require = ReturnType<typeof createRequire>;

/** The one release of kafkajs whose inner modules the fixes in this folder were written against. */
export const SUPPORTED_VERSION = '2.2.4';

/**
 * Refuses any other release of kafkajs than {@link SUPPORTED_VERSION}: the fixes replace methods of its inner modules, which
 * carry no promise of stability.
 * @throws Error naming both versions, where another one is installed
 */
export function guardVersion(require: Require): void {
  const { version } = require('kafkajs/package.json') as { version: string };
  if (version === SUPPORTED_VERSION) return;
  throw new Error(
    `kafkajs ${version} is installed, but this project repairs the inside of kafkajs ${SUPPORTED_VERSION} and runs with no other release: ` +
      `pin "kafkajs" to exactly ${SUPPORTED_VERSION}`,
  );
}
