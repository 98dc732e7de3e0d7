import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** A source file: its path from the repository's root, with slashes, and its text. */
export interface Source {
  readonly file: string;
  readonly text: string;
}

export interface Import {
  /** The importing file. */
  readonly file: string;
  /** The imported file, from the repository's root; a package's name for what is installed. */
  readonly target: string;
  /** Types alone: nothing is left of it at run time. */
  readonly typeOnly: boolean;
}

const root = path.join(import.meta.dirname, '..');
const ownScope = '@event-pipeline/';

/** All sources of the parts, and what starts them. */
export function readSources(): Source[] {
  const files = globSync(['*/src/**/*.{ts,mjs}', 'proofs/**/*.ts', 'start.mjs'], {
    cwd: root,
    exclude: ['**/node_modules/**', '**/generated/**', '**/*.test.ts', '**/*.d.mts'],
  });
  return files.map((file) => ({
    file: file.replaceAll(path.sep, '/'),
    text: readFileSync(path.join(root, file), 'utf8'),
  }));
}

/** The event types, by the names of their schemas. */
export function readEventTypes(): string[] {
  return globSync('schemas/payload/*.json', { cwd: root }).map((file) =>
    path.basename(file).replace(/(\.\d+\.\d+)?\.json$/, ''),
  );
}

const importForm = /^\s*(?:import|export)\s+(?:(?<what>[^'";]*?)\s*from\s*)?'(?<from>[^']+)'/gm;
const dynamicForm = /\bimport\('(?<from>[^']+)'\)/g;

/** What a source imports, statically or not, and what it exports from elsewhere. */
export function importsOf({ file, text }: Source): Import[] {
  const statics = [...text.matchAll(importForm)].map(({ groups }) => ({
    file,
    target: resolve(file, groups?.['from'] ?? ''),
    typeOnly: isTypeOnly(groups?.['what'] ?? ''),
  }));
  const dynamics = [...text.matchAll(dynamicForm)].map(({ groups }) => ({
    file,
    target: resolve(file, groups?.['from'] ?? ''),
    typeOnly: false,
  }));
  return [...statics, ...dynamics];
}

function isTypeOnly(what: string): boolean {
  if (what.startsWith('type ')) return true;
  const names = /^\{(?<names>[^}]*)\}$/.exec(what)?.groups?.['names'];
  const listed =
    names
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== '') ?? [];
  return listed.length > 0 && listed.every((name) => name.startsWith('type '));
}

function resolve(file: string, specifier: string): string {
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier);
  if (!specifier.startsWith(ownScope)) return specifier;
  const [part, ...rest] = specifier.slice(ownScope.length).split('/');
  return [part, 'src', ...rest].join('/');
}
