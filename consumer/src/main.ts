import { enableCompileCache, flushCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

// Half of the loading would be V8 reading what it read at the last start. Nothing is kept where the folder cannot be written.
enableCompileCache(fileURLToPath(new URL('../../node_modules/.cache/compiled-code', import.meta.url)));
const { serve } = await import('./serve.ts');
// Now, for a process that is killed writes nothing at its end.
flushCompileCache();
await serve(process);
