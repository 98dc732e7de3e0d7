/** A schema file is missing, broken, or without one of the things that belong to it. It stops the start (exit 78). */
export class SchemaLoadError extends Error {
  override readonly name = 'SchemaLoadError';
  readonly code = 'SCHEMA_LOAD_ERROR';
  /** The file, relative to the folder of the schemas. */
  readonly file: string;
  /** What is wrong with it. */
  readonly reason: string;

  constructor(file: string, reason: string, options: { cause?: unknown } = {}) {
    super(`${file}: ${reason}`, options);
    this.file = file;
    this.reason = reason;
  }
}
