import type { FetchedRecord } from './fetched-record.ts';

const SLAB_BYTES = 64 * 1024;
/** A larger record has a buffer of its own. */
const SHARED_MAX_BYTES = 8 * 1024;

/**
 * A place for the bytes of many records that are kept for a short while: a buffer each is dear, to make and to collect.
 * A slab lives as long as one of its records; one that turns out to be kept for long is to `detach`.
 */
export function createRecordSlab(): { readonly take: (record: FetchedRecord) => void } {
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let used = 0;

  function take(record: FetchedRecord): void {
    const { spanBytes } = record;
    if (record.isDetached) return;
    if (spanBytes > SHARED_MAX_BYTES) {
      record.detach();
      return;
    }
    if (used + spanBytes > SLAB_BYTES) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    record.moveTo(slab, used);
    used += spanBytes;
  }

  return { take };
}
