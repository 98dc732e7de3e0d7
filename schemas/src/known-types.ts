import type { CompiledSchema } from './compile-schema.ts';
import type { Contract } from './load-contract.ts';

/** An event type, and its payload's schemas by version. */
interface KnownType {
  /** The one text of the name that the engine keeps for keys: finding something by it takes no look at its characters. */
  readonly eventType: string;
  readonly versions: ReadonlyMap<string, CompiledSchema>;
  /** The last of them, which is found without a look into the map; null where there is none. */
  readonly last: { readonly eventVersion: string; readonly schema: CompiledSchema } | null;
}

/**
 * Finds a type by its name; null where there is none of it. A map would reckon the hash of every record's text first, and
 * that costs more than a comparison with the few names that are as long.
 */
export function createTypeFinder(payloads: Contract['payloads']): (eventType: string) => KnownType | null {
  const byLength: KnownType[][] = [];
  for (const [name, versions] of payloads) {
    const [eventType = name] = Object.keys({ [name]: null });
    const entry = [...versions].at(-1);
    const last = entry === undefined ? null : { eventVersion: entry[0], schema: entry[1] };
    while (byLength.length <= eventType.length) byLength.push([]);
    byLength[eventType.length]?.push({ eventType, versions, last });
  }
  return (eventType) => {
    const candidates = eventType.length < byLength.length ? byLength[eventType.length] : undefined;
    if (candidates === undefined) return null;
    for (const known of candidates) if (known.eventType === eventType) return known;
    return null;
  };
}

/** The schema of a payload of this version; undefined where there is none. */
export function schemaOf({ versions, last }: KnownType, eventVersion: string): CompiledSchema | undefined {
  return last !== null && last.eventVersion === eventVersion ? last.schema : versions.get(eventVersion);
}
