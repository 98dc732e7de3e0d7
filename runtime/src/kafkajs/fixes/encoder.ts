/**
 * Large requests in buffers of their own size, and not copied where there is room for a request's head in front of its body.
 *
 * Without this, each of the two copies that kafkajs makes of a request goes into the next power of two, filled with zeros first:
 * for a batch of 600 KB, four megabytes to touch.
 */
import type { Encoder, Internals } from '../internals.ts';

const LARGE_BYTES = 16 * 1024;

/**
 * Replaces the growing of kafkajs's Encoder where it is to take much at once, and the taking of what another one has written;
 * nothing beyond its offset is ever given out.
 */
export function fixEncoder({ Encoder }: Pick<Internals, 'Encoder'>): void {
  const grow = Encoder.prototype.ensureAvailable;
  Encoder.prototype.ensureAvailable = function ensureAvailable(this: Encoder, length: number): void {
    if (length < LARGE_BYTES || this.offset + length <= this.buf.length) {
      grow.call(this, length);
      return;
    }
    const larger = Buffer.allocUnsafeSlow(this.offset + length);
    this.buf.copy(larger, 0, 0, this.offset);
    this.buf = larger;
  };

  const copyBehind = Encoder.prototype.writeEncoder;
  Encoder.prototype.writeEncoder = function writeEncoder(this: Encoder, value) {
    const { buf, roomInFront } = value;
    const { offset } = this;
    if (roomInFront === undefined || roomInFront < offset) return copyBehind.call(this, value);
    const whole = Buffer.from(buf.buffer, buf.byteOffset - offset, offset + buf.length);
    this.buf.copy(whole, 0, 0, offset);
    this.buf = whole;
    this.offset = whole.length;
    this.roomInFront = roomInFront - offset;
    return this;
  };
}
