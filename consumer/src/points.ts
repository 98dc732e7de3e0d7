import { channel } from 'node:diagnostics_channel';

/**
 * Named points on a record's way, for observers outside of the program: a proof that kills the process right there, a
 * tracer. Nothing in the consumer listens, and without a listener a point costs a look at a flag.
 */
/** The delivery; the handler is called next. */
export const handlerBegan = channel('consumer:handler-began');
/** The delivery, and the error or null; nothing of it is settled yet. */
export const handlerEnded = channel('consumer:handler-ended');
/** The delivery: its handler is not called, or its letter is not sent, since the lease is not held; it may be later. */
export const leaseMissing = channel('consumer:lease-missing');
/** The delivery, which has failed for good: its letter waits to be made. */
export const letterDue = channel('consumer:letter-due');
/** The delivery, each time that its letter is about to be sent. */
export const letterSending = channel('consumer:letter-sending');
/** The delivery; the broker has the letter, its record is not settled yet. */
export const letterWritten = channel('consumer:letter-written');
/** The positions that are about to be sent. */
export const commitSending = channel('consumer:commit-sending');
/** The result, and the positions that it is about. */
export const commitAnswered = channel('consumer:commit-answered');
/** All partitions that this member has from now on. */
export const partitionsAssigned = channel('consumer:partitions-assigned');
/** The partitions that are about to be given back, and whether the group has dropped this member. */
export const partitionsRevoking = channel('consumer:partitions-revoking');
