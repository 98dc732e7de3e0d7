import { Ajv, type Options, type ValidateFunction } from 'ajv';
import formats from 'ajv-formats';
import { isDateTime } from './date-time.ts';
import { requiredOnly } from './required-only.ts';
import type { SchemaFile } from './schema-files.ts';
import { SchemaLoadError } from './schema-load-error.ts';

/** A schema, compiled. */
export interface CompiledSchema {
  /** Relative to the folder of the schemas. */
  readonly file: string;
  /** The schema as it is; it stops at the first error. */
  readonly validate: ValidateFunction;
  /** Only what must be there (see required-only.ts); asked after `validate` has refused, never before. */
  readonly findMissing: ValidateFunction;
}

const inheritedNames = Object.getOwnPropertyNames(Object.prototype);

/** Compiles a schema (draft-07, strict, formats `date-time` and `email` only). Throws `SchemaLoadError`. */
export function compileSchema({ file, schema }: SchemaFile): CompiledSchema {
  // A required `constructor` is not there because every object inherits one. Looking for own properties only costs each
  // record a tenth of accept's time, so it is done where a schema needs it.
  const text = JSON.stringify(schema);
  const ownProperties = inheritedNames.some((name) => text.includes(JSON.stringify(name)));
  const options: Options = { allErrors: false, $data: false, logger: false, ownProperties };
  try {
    const asWritten = new Ajv({ ...options, strict: true });
    asWritten.addFormat('date-time', { type: 'string', validate: isDateTime });
    asWritten.addFormat('email', formats.default.get('email', 'full'));
    const validate = asWritten.compile(schema);
    if ('$async' in validate) throw new Error('asynchronous schemas are not taken');
    const demands = new Ajv({ ...options, strict: false });
    return { file, validate, findMissing: demands.compile(requiredOnly(schema) as object) };
  } catch (cause) {
    throw new SchemaLoadError(file, `is not a JSON Schema that can be used: ${(cause as Error).message}`, {
      cause,
    });
  }
}
