import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { compile, type JSONSchema } from 'json-schema-to-typescript';
import { type PayloadFile, readSchemaFiles, type SchemaFile, schemasFolder } from './schema-files.ts';

/** Where the generated files are. */
export const generatedFolder = join(schemasFolder, 'src', 'generated');

const banner = '// Generated from the schemas by generate-types.ts; not edited by hand.';

/**
 * The TypeScript types of all schemas in the folder: name of the file → its text. A file for the envelope and one for
 * each payload, so that equal names inside two schemas don't meet; `events.ts` puts them together.
 */
export async function generateTypes(folder: string = schemasFolder): Promise<Map<string, string>> {
  const { envelope, payloads } = readSchemaFiles(folder);
  const files = new Map([['envelope.ts', await typeOf(envelope, 'Envelope')]]);
  for (const payload of payloads) {
    files.set(`${moduleName(payload)}.ts`, await typeOf(payload, payloadTypeName(payload)));
  }
  return files.set('events.ts', eventsModule(payloads));
}

/**
 * Further fields are accepted at run time, but have no type: an index signature would let a misspelt field of a
 * handler compile.
 */
async function typeOf({ schema }: SchemaFile, name: string): Promise<string> {
  const titled = { ...schema, title: name } as JSONSchema;
  const text = await compile(titled, name, {
    additionalProperties: false,
    bannerComment: banner,
    style: { singleQuote: true, printWidth: 110 },
  });
  // An object of whose fields the schema says nothing.
  return text.replaceAll(': {};', ': object;').replaceAll(/\n{3,}/g, '\n\n');
}

function eventsModule(payloads: readonly PayloadFile[]): string {
  const byType = Map.groupBy(payloads, (payload) => payload.eventType);
  const imports = payloads.map((p) => `import type { ${payloadTypeName(p)} } from './${moduleName(p)}.ts';`);
  const table = [...byType].map(([type, versions]) => {
    const entries = versions.map((p) => `'${p.eventVersion}': ${eventTypeName(p)}`);
    return `  '${type}': { ${entries.join('; ')} };`;
  });
  const list = [...byType].map(([type, versions]) => {
    return `  '${type}': [${versions.map((p) => `'${p.eventVersion}'`).join(', ')}],`;
  });
  return [
    banner,
    ["import type { Envelope } from './envelope.ts';", ...imports].join('\n'),
    ...payloads.map(eventInterface),
    ['/** Event type → version → the event. */', 'export interface Events {', ...table, '}'].join('\n'),
    ['/** The same list for the run time. */', 'export const eventVersions = {', ...list, '} as const;'].join(
      '\n',
    ),
  ]
    .map((part) => `${part}\n`)
    .join('\n');
}

function eventInterface(payload: PayloadFile): string {
  return [
    `export interface ${eventTypeName(payload)} extends Envelope {`,
    `  eventType: '${payload.eventType}';`,
    `  eventVersion: '${payload.eventVersion}';`,
    `  payload: ${payloadTypeName(payload)};`,
    '}',
  ].join('\n');
}

function moduleName({ eventType, eventVersion }: PayloadFile): string {
  return eventVersion === '1.0' ? eventType : `${eventType}.${eventVersion}`;
}

/** `user-created` → `UserCreated`; version 2.1 of it → `UserCreatedV2_1`. */
function eventTypeName({ eventType, eventVersion }: PayloadFile): string {
  const name = eventType.replaceAll(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
  return eventVersion === '1.0' ? name : `${name}V${eventVersion.replace('.', '_')}`;
}

function payloadTypeName(payload: PayloadFile): string {
  return `${eventTypeName(payload)}Payload`;
}

if (import.meta.main) {
  const files = await generateTypes();
  rmSync(generatedFolder, { recursive: true, force: true });
  mkdirSync(generatedFolder, { recursive: true });
  for (const [name, text] of files) writeFileSync(join(generatedFolder, name), text);
}
