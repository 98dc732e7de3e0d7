/**
 * Loaded into a consumer's process before its own code (`node --import`). At SIGUSR2 its wall clock is set on or back by the
 * milliseconds that the file `clock-step-ms` beside its ledger says, and stays so, as where an operator or a time server sets
 * the machine's clock. The monotonic clock, and the timers by it, go on as they do.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';

const file = path.join(path.dirname(process.env['LEDGER_FILE'] as string), 'clock-step-ms');
const RealDate = Date;
const realNow = Date.now;
let aheadMs = 0;

Date.now = () => realNow() + aheadMs;
globalThis.Date = new Proxy(RealDate, {
  construct: (target, args, newTarget) =>
    Reflect.construct(target, args.length === 0 ? [Date.now()] : args, newTarget) as object,
  apply: () => new Date().toString(),
});

process.on('SIGUSR2', () => {
  aheadMs += Number(readFileSync(file, 'utf8'));
});
