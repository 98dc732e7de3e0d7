/** People look for it in what a service says when it does not start. */
const code = 'SCHEMA_LOAD_ERROR';

/** A schema file is missing, broken, or without one of the things that belong to it. It stops the start (exit 78). */
export class SchemaLoadError extends Error {
  override readonly name = 'SchemaLoadError';
  readonly code = code;
  /** The file, relative to the folder of the schemas. */
  readonly file: string;
  /** What is wrong with it. */
  readonly reason: string;

  constructor(file: string, reason: string, options: { cause?: unknown } = {}) {
    super(`${code}: ${file}: ${reason}`, options);
    this.file = file;
    this.reason = reason;
  }
}
