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

// Fields are looked for among the object's own: a required `constructor` is not there because every object inherits one.
const options: Options = { allErrors: false, $data: false, ownProperties: true, logger: false };

/** Compiles schemas (draft-07, strict, formats `date-time` and `email` only). The function throws `SchemaLoadError`. */
export function createCompiler(): (schema: SchemaFile) => CompiledSchema {
  const asWritten = new Ajv({ ...options, strict: true });
  asWritten.addFormat('date-time', { type: 'string', validate: isDateTime });
  asWritten.addFormat('email', formats.default.get('email', 'full'));
  const demands = new Ajv({ ...options, strict: false });

  return ({ file, schema }) => {
    try {
      const validate = asWritten.compile(schema);
      if ('$async' in validate) throw new Error('asynchronous schemas are not taken');
      return { file, validate, findMissing: demands.compile(requiredOnly(schema) as object) };
    } catch (cause) {
      throw new SchemaLoadError(file, `is not a JSON Schema that can be used: ${(cause as Error).message}`, {
        cause,
      });
    }
  };
}
