type Schema = Readonly<Record<string, unknown>>;

const mapsOfSchemas = new Set(['properties', 'patternProperties', 'definitions', '$defs']);
const listsOfSchemas = new Set(['allOf', 'items']);
const schemas = new Set(['items', 'additionalItems', 'additionalProperties']);

/**
 * What a schema demands to be there, without what it demands of the values: the first error of the result is the first
 * missing field, wherever a wrong one stands before it. Alternatives (`anyOf`, `oneOf`, `not`, `if`) are left out: what
 * is missing in one of them is not missing for sure.
 */
export function requiredOnly(schema: unknown): unknown {
  if (!isSchema(schema)) return schema;
  const kept: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (keyword === 'required' || keyword === '$ref' || keyword === '$schema') kept.push([keyword, value]);
    else if (mapsOfSchemas.has(keyword) && isSchema(value)) kept.push([keyword, mapValues(value)]);
    else if (listsOfSchemas.has(keyword) && Array.isArray(value))
      kept.push([keyword, value.map(requiredOnlyOrAny)]);
    else if (schemas.has(keyword) && isSchema(value)) kept.push([keyword, requiredOnly(value)]);
  }
  return Object.fromEntries(kept);
}

/** A boolean schema is about values: in a list or a map it keeps its place and demands nothing. */
function requiredOnlyOrAny(schema: unknown): unknown {
  return isSchema(schema) ? requiredOnly(schema) : true;
}

function mapValues(map: Schema): Schema {
  return Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, requiredOnlyOrAny(schema)]));
}

function isSchema(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
