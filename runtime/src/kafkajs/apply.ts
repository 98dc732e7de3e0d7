/** Importing this repairs kafkajs in place, once a process; each fix says in its file what breaks without it. */
import { addErrorCodes } from './fixes/error-codes.ts';
import { fixAnyBroker } from './fixes/any-broker.ts';
import { fixBrokerConnect } from './fixes/broker-connect.ts';
import { fixDoubtfulAnswers } from './fixes/doubtful-answers.ts';
import { fixEncoder } from './fixes/encoder.ts';
import { fixFrames } from './fixes/frames.ts';
import { fixJoinConnection } from './fixes/join-connection.ts';
import { fixMetadata } from './fixes/metadata.ts';
import { fixRequestDeadlines } from './fixes/request-deadlines.ts';
import { fixSockets } from './fixes/sockets.ts';
import { fixThrottleTimer } from './fixes/throttle-timer.ts';
import { internals } from './internals.ts';
import type { Internals } from './internals.ts';

const APPLIED = Symbol.for('event-pipeline.kafkajs-fixes');

/** Applies all fixes to one copy of kafkajs; a second call changes nothing. */
export function applyFixes(parts: Internals): void {
  const marks = parts.Connection as { [APPLIED]?: true };
  if (marks[APPLIED] === true) return;
  marks[APPLIED] = true;
  addErrorCodes(parts);
  fixThrottleTimer(parts);
  fixRequestDeadlines(parts);
  fixEncoder(parts);
  fixFrames(parts);
  fixSockets(parts);
  fixDoubtfulAnswers(parts);
  fixJoinConnection(parts);
  fixBrokerConnect(parts);
  fixMetadata(parts);
  fixAnyBroker(parts);
}

applyFixes(internals);
