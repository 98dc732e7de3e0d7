import { createRequire } from 'node:module';
import { expect, test } from 'vitest';
import { guardVersion } from '../../src/kafkajs/guard.ts';

test('takes the release that is installed, and refuses any other, naming both', () => {
  const installed = createRequire(import.meta.url);
  expect(() => guardVersion(installed)).not.toThrow();
  const other = Object.assign(() => ({ version: '2.2.5' }), installed);
  expect(() => guardVersion(other)).toThrow(/kafkajs 2\.2\.5 is installed.*exactly 2\.2\.4/);
});
