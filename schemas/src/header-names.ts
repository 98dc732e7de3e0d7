/** The record headers of this pipeline, written as here. What else is read as a correlation id stands in correlation.ts. */
export const headerNames = {
  correlationId: 'correlation-id',
  traceparent: 'traceparent',
  deadLetterTopic: 'dead-letter-topic',
  deadLetterPartition: 'dead-letter-partition',
  deadLetterOffset: 'dead-letter-offset',
  deadLetterStage: 'dead-letter-stage',
  deadLetterCode: 'dead-letter-code',
  deadLetterReason: 'dead-letter-reason',
  deadLetterAttempts: 'dead-letter-attempts',
  redriveCount: 'redrive-count',
} as const;
