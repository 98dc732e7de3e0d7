import type { FailureCode, Stage } from '@event-pipeline/schemas/codes.ts';
import type { Settled } from './settled.ts';

/** Why a record becomes a dead letter. */
export interface Failure {
  readonly stage: Stage;
  readonly code: FailureCode;
  /** A sentence for people; never a part of the payload. */
  readonly reason: string;
  readonly pointer: string | null;
  readonly schema: string | null;
}

/**
 * How the attempts at an event ended.
 * `interrupted` (the consumer stops, or the partition went to another member) settles nothing: the record comes again.
 */
export type Outcome =
  | { readonly kind: 'handled'; readonly settled: Settled }
  | { readonly kind: 'refused'; readonly failure: Failure }
  | { readonly kind: 'exhausted'; readonly failure: Failure }
  | { readonly kind: 'interrupted' };
