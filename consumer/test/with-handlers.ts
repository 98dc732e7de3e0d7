// Preloaded into a consumer: it takes the handlers of the module that stands behind the "?", seen from here.

import { registerHooks } from 'node:module';

const handlers = new URL(new URL(import.meta.url).search.slice(1), import.meta.url).href;

registerHooks({
  resolve: (specifier, context, nextResolve) =>
    nextResolve(specifier === './handlers.ts' ? handlers : specifier, context),
});
