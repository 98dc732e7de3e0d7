import {
  decodeFetchResponse,
  type FetchedPartition,
  type FetchResponse,
} from '../../src/kafkajs/decode-fetch.ts';
import { encodeResponse, type WrittenPartition } from './encode-fetch.ts';

export interface DecodedOptions extends Omit<WrittenPartition, 'recordSet'> {
  readonly fetchOffset?: number;
  readonly maxRecordBytes?: number;
}

/** What a partition with this record set decodes to, at once. */
export function decoded(recordSet: Buffer, options: DecodedOptions = {}): FetchedPartition {
  const { fetchOffset = 0, maxRecordBytes = 10 * 1024 * 1024, ...written } = options;
  const payload = encodeResponse({ topic: [{ ...written, recordSet }] });
  const response = decodeFetchResponse(payload, { fetchOffset: () => fetchOffset, maxRecordBytes });
  if (response instanceof Promise) throw new Error('it was too large to be decoded at once');
  return onlyPartition(response);
}

function onlyPartition(response: FetchResponse): FetchedPartition {
  const [partition] = response.partitions;
  if (partition === undefined) throw new Error(response.fault ?? 'there is no partition');
  return partition;
}

/** The same where that takes a while; fails where it does not. */
export async function decodedStreamed(
  recordSet: Buffer,
  options: DecodedOptions & { readonly signal?: AbortSignal } = {},
): Promise<FetchedPartition> {
  const { fetchOffset = 0, maxRecordBytes = 10 * 1024 * 1024, signal, ...written } = options;
  const payload = encodeResponse({ topic: [{ ...written, recordSet }] });
  const bounds = { fetchOffset: () => fetchOffset, maxRecordBytes };
  const response = decodeFetchResponse(payload, signal === undefined ? bounds : { ...bounds, signal });
  if (!(response instanceof Promise)) throw new Error('it was decoded at once');
  return onlyPartition(await response);
}
