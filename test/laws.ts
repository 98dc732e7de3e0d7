import { importsOf, type Import, type Source } from './sources.ts';

// Each law takes the sources and returns the breaches of it, in words; none is an empty list.

const parts = ['producer', 'consumer', 'broker', 'proofs', 'start.mjs'];

const partOf = (file: string): string => file.split('/', 1)[0] ?? file;
const isKafkajs = (file: string): boolean => file === 'kafkajs' || file.startsWith('runtime/src/kafkajs/');
const told = ({ file, target }: Import): string => `${file} imports ${target}`;

/** The runtime is about being a process: no file of it knows an event. */
export function runtimeKnowsNoEvent(sources: readonly Source[], eventTypes: readonly string[]): string[] {
  const runtime = sources.filter(({ file }) => partOf(file) === 'runtime');
  const imports = runtime.flatMap(importsOf).filter(({ target }) => partOf(target) === 'schemas');
  const words = runtime.flatMap(({ file, text }) =>
    eventTypes
      .filter((eventType) => text.includes(eventType))
      .map((eventType) => `${file} says ${eventType}`),
  );
  return [...imports.map(told), ...words];
}

/** What one part alone needs lives in that part: a file of the runtime is used by two, itself or through others of it. */
export function runtimeIsShared(sources: readonly Source[]): string[] {
  const imports = sources.flatMap(importsOf);
  const usersOf = (file: string, seen = new Set<string>()): Set<string> => {
    const users = new Set<string>();
    for (const { file: importer } of imports.filter(({ target }) => target === file)) {
      if (seen.has(importer)) continue;
      seen.add(importer);
      const found = partOf(importer) === 'runtime' ? usersOf(importer, seen) : [partOf(importer)];
      for (const user of found) users.add(user);
    }
    return users;
  };
  return sources
    .map(({ file }) => file)
    .filter((file) => partOf(file) === 'runtime' && !isKafkajs(file))
    .map((file) => ({ file, users: [...usersOf(file)].filter((user) => parts.includes(user)) }))
    .filter(({ users }) => users.length < 2)
    .map(({ file, users }) => `${file} is used by ${users.join() || 'no part'} alone`);
}

function isInward(from: string, to: string): boolean {
  if (from === to) return true;
  // What `npm start` fetches before anything is installed; it starts the broker's second half.
  if (from === 'start.mjs' && to === 'broker') return true;
  // The proofs bring up the Kafka that they drive the services on.
  if (from === 'proofs' && to === 'broker') return true;
  return parts.includes(from) && (to === 'schemas' || to === 'runtime');
}

/** Imports go from the parts to schemas and runtime, never sideways; these two import no part and not each other. */
export function importsGoInward(sources: readonly Source[]): string[] {
  return sources
    .flatMap(importsOf)
    .filter(({ target }) => target.includes('/src/') || parts.includes(partOf(target)))
    .filter(({ file, target }) => !isInward(partOf(file), partOf(target)))
    .map(told);
}

/** The files of each service that may hold the Kafka client in their hands. */
const clientFiles: Readonly<Record<string, RegExp>> = {
  consumer: /^consumer\/src\/(receive|dead-letter[a-z-]*|letter-box|commit|lag|assemble|main)\.ts$/,
  producer: /^producer\/src\/(kafka|main)\.ts$/,
};
// It puts a fault into words and talks to nobody.
const wordsForFaults = 'runtime/src/kafkajs/errors.ts';

/** In the services, the Kafka client appears at the edges alone; types may be seen anywhere. */
export function kafkaStaysAtTheEdges(sources: readonly Source[]): string[] {
  return sources
    .flatMap(importsOf)
    .filter(({ target, typeOnly }) => isKafkajs(target) && !typeOnly && target !== wordsForFaults)
    .filter(({ file }) => clientFiles[partOf(file)]?.test(file) === false)
    .map(told);
}

/** In the services only main.ts touches `process`. */
export function processIsForMain(sources: readonly Source[]): string[] {
  return sources
    .filter(({ file }) => ['producer', 'consumer'].includes(partOf(file)) && !file.endsWith('/src/main.ts'))
    .filter(({ text }) => /(?<![\w.'"`-])process\.\w|'(node:)?process'/.test(withoutComments(text)))
    .map(({ file }) => `${file} touches process`);
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*$/gm, '');
}

/** A file has a name of its own, not that of a drawer. */
export function noDrawers(sources: readonly Source[]): string[] {
  const drawer = /(^|\/)(utils?|commons?|helpers?|lib|misc|shared)(\/|\.[a-z]+$)/;
  return sources.filter(({ file }) => drawer.test(file)).map(({ file }) => `${file} is a drawer`);
}

/** A file has one idea: 200 lines at most, but for those in `allowed`, each with its own bound. */
export function filesAreSmall(
  sources: readonly Source[],
  allowed: Readonly<Record<string, number>>,
): string[] {
  const longest = 200;
  const lines = new Map(sources.map(({ file, text }) => [file, text.trimEnd().split('\n').length]));
  const long = [...lines].filter(([file, count]) => count > (allowed[file] ?? longest));
  const stale = Object.keys(allowed).filter((file) => (lines.get(file) ?? 0) <= longest);
  return [
    ...long.map(([file, count]) => `${file} has ${count} lines`),
    ...stale.map((file) => `${file} needs no exception`),
  ];
}
