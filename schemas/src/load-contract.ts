import { type CompiledSchema, compileSchema } from './compile-schema.ts';
import { readSchemaFiles, schemasFolder } from './schema-files.ts';

/** Everything that the ends agree on about an event's form. */
export interface Contract {
  readonly envelope: CompiledSchema;
  /** By event type, then by version. */
  readonly payloads: ReadonlyMap<string, ReadonlyMap<string, CompiledSchema>>;
}

/**
 * Reads and compiles every schema, once, at the start; what may come in is what has a file. Synchronous: nothing can be
 * done without it. Throws `SchemaLoadError`, which names the file and the reason.
 */
export function loadContract(folder: string = schemasFolder): Contract {
  const files = readSchemaFiles(folder);
  const payloads = new Map<string, Map<string, CompiledSchema>>();
  for (const payload of files.payloads) {
    const versions = payloads.get(payload.eventType) ?? new Map<string, CompiledSchema>();
    payloads.set(payload.eventType, versions.set(payload.eventVersion, compileSchema(payload)));
  }
  return { envelope: compileSchema(files.envelope), payloads };
}
