import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*/test/**/*.test.ts', 'test/**/*.test.ts', 'proofs/**/*.test.ts'],
    globalSetup: ['broker/test/global-setup.ts'],
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // One broker serves all files and the machine may have two cores: two files at once.
    maxWorkers: 2,
  },
});
