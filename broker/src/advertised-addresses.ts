/** Where Kafka says that one of its brokers is. */
export interface BrokerAddress {
  readonly host: string;
  readonly port: number;
}

/** An answer of Kafka, with its length field, and what it answers. */
export interface Answer {
  readonly apiKey: number;
  readonly version: number;
  readonly frame: Buffer;
}

const METADATA = 3;
const FIND_COORDINATOR = 10;
/** From here on lengths are varints (KIP-482). kafkajs asks for none of these; the product asks one of them for topics' ids alone. */
const FIRST_FLEXIBLE = new Map([
  [METADATA, 9],
  [FIND_COORDINATOR, 3],
]);
/** The length field and the correlation id. */
const BODY_AT = 8;

/** Where an answer has addresses: each as the range of its host and port. Layouts: https://kafka.apache.org/protocol */
function findAddresses({ apiKey, version, frame }: Answer): { from: number; to: number }[] {
  const firstFlexible = FIRST_FLEXIBLE.get(apiKey);
  if (firstFlexible === undefined || version >= firstFlexible) return [];
  let at = BODY_AT;
  const skipString = () => {
    // A length of -1 stands for null.
    at += 2 + Math.max(frame.readInt16BE(at), 0);
  };
  const nextAddress = () => {
    const from = at + 4; // behind node_id
    at = from;
    skipString();
    at += 4;
    return { from, to: at };
  };
  if (apiKey === FIND_COORDINATOR) {
    at += version >= 1 ? 4 + 2 : 2; // throttle_time_ms, error_code
    if (version >= 1) skipString(); // error_message
    return [nextAddress()];
  }
  if (version >= 3) at += 4; // throttle_time_ms
  const brokers = frame.readInt32BE(at);
  at += 4;
  return Array.from({ length: brokers }, () => {
    const address = nextAddress();
    if (version >= 1) skipString(); // rack
    return address;
  });
}

const readAddress = (bytes: Buffer): BrokerAddress => ({
  host: bytes.toString('utf8', 2, bytes.length - 4),
  port: bytes.readInt32BE(bytes.length - 4),
});

function writeAddress({ host, port }: BrokerAddress): Buffer {
  const name = Buffer.from(host);
  const bytes = Buffer.alloc(2 + name.length + 4);
  bytes.writeInt16BE(name.length, 0);
  name.copy(bytes, 2);
  bytes.writeInt32BE(port, 2 + name.length);
  return bytes;
}

/**
 * The frame of an answer with other addresses of the brokers in it, and the length that it then has. `replace` is asked for each
 * address in Metadata below 9 and in FindCoordinator below 3, also for the empty one of a coordinator that is not known.
 */
export function replaceAddresses(answer: Answer, replace: (address: BrokerAddress) => BrokerAddress): Buffer {
  const { frame } = answer;
  const parts: Buffer[] = [];
  let copied = 0;
  for (const { from, to } of findAddresses(answer)) {
    parts.push(frame.subarray(copied, from), writeAddress(replace(readAddress(frame.subarray(from, to)))));
    copied = to;
  }
  const replaced = Buffer.concat([...parts, frame.subarray(copied)]);
  replaced.writeInt32BE(replaced.length - 4, 0);
  return replaced;
}
