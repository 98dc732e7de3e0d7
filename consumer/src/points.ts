import { channel } from 'node:diagnostics_channel';

/**
 * Named points on a record's way, for observers outside of the program: a proof that kills the process right there, a
 * tracer. Nothing in the consumer listens, and without a listener a point costs a look at a flag.
 */
export const handlerEnded = channel('consumer:handler-ended');
export const letterWritten = channel('consumer:letter-written');
export const commitSending = channel('consumer:commit-sending');
export const commitAnswered = channel('consumer:commit-answered');
