// Checks the scrape configuration with Prometheus's own tool, where that is installed.

import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const configuration = fileURLToPath(new URL('prometheus.yml', import.meta.url));
const { error, status } = spawnSync('promtool', ['check', 'config', configuration], {
  stdio: 'inherit',
  timeout: 30_000,
});
if (error !== undefined && 'code' in error && error.code === 'ENOENT') {
  process.stdout.write('prometheus.yml is not checked: there is no promtool here\n');
} else if (error !== undefined) {
  throw error;
} else {
  process.exitCode = status ?? 1;
}
