import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { schemasFolder } from '../src/schema-files.ts';

/** A copy of the schemas with files changed: text, an object as JSON, or null for "not there". Gone after the test. */
export function schemaFolder(changes: Readonly<Record<string, object | string | null>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), 'schemas-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const part of ['envelope', 'payload']) {
    cpSync(join(schemasFolder, part), join(folder, part), { recursive: true });
  }
  for (const [file, content] of Object.entries(changes)) {
    if (content === null) rmSync(join(folder, file), { recursive: true });
    else writeFileSync(join(folder, file), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return folder;
}
