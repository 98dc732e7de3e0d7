/**
 * Loaded into a consumer's process before its own code (`node --import`). Where the handler of user-deleted stands, somebody
 * has put one that waits for something without a bound: after SIGUSR2 its next call never ends, whatever its signal says.
 */
import { registerHooks } from 'node:module';

const place = import.meta.resolve('../../../consumer/src/handlers/user-deleted.ts');
const source = `
let waits = false;
process.on('SIGUSR2', () => {
  waits = true;
});
export function userDeleted() {
  if (!waits) return;
  waits = false;
  return new Promise(() => {});
}
`;

registerHooks({
  load: (url, context, nextLoad) =>
    url === place ? { format: 'module', source, shortCircuit: true } : nextLoad(url, context),
});
