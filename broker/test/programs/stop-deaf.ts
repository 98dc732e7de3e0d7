// Stops a process that takes no SIGTERM, with nothing else to do meanwhile.
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { runJava, stopJava } from '../../src/java-process.ts';

const logFile = process.env.STAND_IN_LOG ?? '';
// What is ignored stays so over exec.
const args = ['-c', "trap '' TERM; echo deaf; exec sleep 60"];
const java = runJava({ command: 'sh', args, logFile });
while (!readFileSync(logFile, 'utf8').includes('deaf')) await sleep(20);
await stopJava(java, 100);
process.stdout.write(`ended by ${(await java.ended).signal}\n`);
