import { Ajv } from 'ajv';
import formats from 'ajv-formats';
import { readSchemaFiles, schemasFolder } from '@event-pipeline/schemas/schema-files.ts';

interface Envelope {
  readonly eventType: string;
  readonly payload: { readonly sentAtUs?: number };
}

const files = readSchemaFiles(schemasFolder);
const ajv = new Ajv();
formats.default(ajv, { mode: 'full' });
const validateEnvelope = ajv.compile<Envelope>(files.envelope.schema);
const validatePayload = new Map(
  files.payloads.map(({ eventType, schema }) => [eventType, ajv.compile(schema)]),
);

/** What people write: JSON.parse, then Ajv with its defaults on the same schemas. Null for what is refused. */
export function parseAndValidate(text: string): Envelope | null {
  let event: unknown;
  try {
    event = JSON.parse(text);
  } catch {
    return null;
  }
  if (!validateEnvelope(event)) return null;
  const validate = validatePayload.get(event.eventType);
  return validate !== undefined && validate(event.payload) ? event : null;
}
