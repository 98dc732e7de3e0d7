/**
 * One connect at a time for each broker, and a broker that does not answer is one that can't be reached.
 *
 * Without this, callers queue up behind a lock and fail for good with a lock time-out while the broker is slow (#1550, #1630); a broker that
 * accepts connections and never answers is asked again for ever, as only refused connections make kafkajs turn to the next address; and a
 * broker that was upgraded is spoken to in the versions of its predecessor.
 */
import type { Broker } from '../internal-types.ts';
import type { Internals } from '../internals.ts';

/** Replaces connect on kafkajs's Broker. */
export function fixBrokerConnect({ Broker, errors }: Pick<Internals, 'Broker' | 'errors'>): void {
  const connect = Broker.prototype.connect;
  const attempts = new WeakMap<Broker, Promise<void>>();

  async function open(broker: Broker): Promise<void> {
    broker.versions = null;
    try {
      await connect.call(broker);
    } catch (error) {
      if (!(error instanceof Error) || error.name !== 'KafkaJSRequestTimeoutError') throw error;
      throw new errors.KafkaJSConnectionError(`No answer: ${error.message}`, {
        broker: broker.brokerAddress,
      });
    }
  }

  Broker.prototype.connect = async function connectOnce(this: Broker): Promise<void> {
    if (this.isConnected()) return;
    let attempt = attempts.get(this);
    if (attempt === undefined) {
      attempt = open(this).finally(() => attempts.delete(this));
      attempts.set(this, attempt);
    }
    await attempt;
  };
}
