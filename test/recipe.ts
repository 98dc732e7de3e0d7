import { readFileSync } from 'node:fs';

/** One step of the README's recipe for an event type: a file to write, lines for a table that is there, or a command. */
export type Step =
  | { readonly kind: 'file'; readonly file: string; readonly text: string }
  | { readonly kind: 'lines'; readonly file: string; readonly text: string }
  | { readonly kind: 'command'; readonly words: readonly string[] };

const stepForm =
  /(?:\b(?<where>as|in) `(?<file>[^`]+)`)?[^`\n]*:\n\n```(?<language>\w+)\n(?<text>[\s\S]*?)```\n/g;

/** The steps, as a reader meets them: "as `file`" introduces a new file, "in `file`" lines for one that is there. */
export function readRecipe(): Step[] {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
  const section = readme.split('## Adding an event type\n')[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(stepForm)].map(({ groups }) => {
    const { where, file = '', language, text = '' } = groups ?? {};
    if (language === 'sh') return { kind: 'command', words: text.trim().split(' ') };
    return { kind: where === 'as' ? 'file' : 'lines', file, text };
  });
}

/** A module with lines added: imports after the others, entries at the end of the one table. */
export function withLines(source: string, lines: string): string {
  const [imports, entries] = [true, false].map((wanted) =>
    lines
      .split('\n')
      .filter((line) => line !== '' && line.startsWith('import ') === wanted)
      .map((line) => `${line}\n`)
      .join(''),
  );
  const importsEnd = source.indexOf('\n', source.lastIndexOf('\nimport ') + 1) + 1;
  const tableEnd = source.indexOf('} satisfies');
  return `${source.slice(0, importsEnd)}${imports}${source.slice(importsEnd, tableEnd)}${entries}${source.slice(tableEnd)}`;
}
