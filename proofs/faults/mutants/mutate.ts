import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { mutants } from './mutants.ts';

/**
 * Preloaded (`--import`) into a process that is to run one mutant: the module that holds the mutant's text is changed
 * while it is loaded, and no file is. The mutant's name comes in the environment, as `FAULTS_MUTANT`.
 *
 * @throws where there is no mutant of that name; the process says `mutant … is in` on stderr once the change is made.
 */
const name = process.env['FAULTS_MUTANT'] ?? '';
const mutant = mutants.find((candidate) => candidate.name === name);
if (mutant === undefined) throw new Error(`FAULTS_MUTANT: there is no mutant called "${name}"`);

registerHooks({
  load(url, context, nextLoad) {
    const loaded = nextLoad(url, context);
    if (!url.startsWith('file:') || fileURLToPath(url).includes('node_modules')) return loaded;
    if (url.includes('/proofs/')) return loaded;
    const text = sourceText(loaded.source);
    if (!text.includes(mutant.find)) return loaded;
    process.stderr.write(`mutant ${name} is in\n`);
    // A function, or `$` in the replacement would have a meaning.
    return { ...loaded, source: text.replace(mutant.find, () => mutant.replace) };
  },
});

function sourceText(source: string | ArrayBuffer | NodeJS.TypedArray | undefined | null): string {
  if (typeof source === 'string') return source;
  return source === undefined || source === null ? '' : new TextDecoder().decode(source);
}
