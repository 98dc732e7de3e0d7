import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { SchemaLoadError } from './schema-load-error.ts';

/** The folder that holds `envelope/` and `payload/`. */
export const schemasFolder = fileURLToPath(new URL('..', import.meta.url));

const envelopeFile = 'envelope/envelope.json';
// A kebab-case event type; a version above 1.0 stands between the type and `.json`.
const payloadName = /^(?<eventType>[a-z][a-z0-9]*(?:-[a-z0-9]+)*)(?:\.(?<eventVersion>\d+\.\d+))?\.json$/;

export interface SchemaFile {
  /** Relative to the folder of the schemas, as dead letters name it. */
  readonly file: string;
  readonly schema: Readonly<Record<string, unknown>>;
}

export interface PayloadFile extends SchemaFile {
  readonly eventType: string;
  readonly eventVersion: string;
}

/**
 * Reads all schema files. The names of the files in `payload/` are the list of event types and versions; there is no
 * other. Sorted. Throws `SchemaLoadError`.
 */
export function readSchemaFiles(folder: string): { envelope: SchemaFile; payloads: readonly PayloadFile[] } {
  const names = namesIn(folder, 'payload').filter((name) => name.endsWith('.json'));
  if (names.length === 0) throw new SchemaLoadError('payload', 'holds no schema');
  return {
    envelope: { file: envelopeFile, schema: readSchema(folder, envelopeFile) },
    payloads: names.map((name) => readPayload(folder, name)).toSorted(byTypeAndVersion),
  };
}

function readPayload(folder: string, name: string): PayloadFile {
  const file = `payload/${name}`;
  const groups = payloadName.exec(name)?.groups;
  const eventType = groups?.['eventType'];
  if (eventType === undefined) {
    throw new SchemaLoadError(file, 'is not named <event-type>.json or <event-type>.<version>.json');
  }
  const eventVersion = groups?.['eventVersion'];
  if (eventVersion === '1.0') throw new SchemaLoadError(file, `version 1.0 belongs in ${eventType}.json`);
  return { file, eventType, eventVersion: eventVersion ?? '1.0', schema: readSchema(folder, file) };
}

function byTypeAndVersion(a: PayloadFile, b: PayloadFile): number {
  if (a.eventType !== b.eventType) return a.eventType < b.eventType ? -1 : 1;
  return a.eventVersion.localeCompare(b.eventVersion, 'en', { numeric: true });
}

function readSchema(folder: string, file: string): Readonly<Record<string, unknown>> {
  let schema: unknown;
  try {
    schema = JSON.parse(readFileSync(join(folder, file), 'utf8'));
  } catch (cause) {
    const what = cause instanceof SyntaxError ? 'is not JSON' : 'cannot be read';
    throw new SchemaLoadError(file, `${what}: ${(cause as Error).message}`, { cause });
  }
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    throw new SchemaLoadError(file, 'is not a JSON Schema: it is not an object');
  }
  return schema as Readonly<Record<string, unknown>>;
}

function namesIn(folder: string, subfolder: string): string[] {
  try {
    return readdirSync(join(folder, subfolder));
  } catch (cause) {
    throw new SchemaLoadError(subfolder, `cannot be read: ${(cause as Error).message}`, { cause });
  }
}
