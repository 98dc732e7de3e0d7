import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*/test/**/*.test.ts', 'test/**/*.test.ts', 'proofs/**/*.test.ts'],
    globalSetup: ['broker/test/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One broker serves all files and the machine may have two cores: two files at once.
    maxWorkers: 2,
    // Of the published kafkajs, which tests use as a client and run beside the repaired one: a timer in the past.
    execArgv: ['--disable-warning=TimeoutNegativeWarning'],
  },
});
