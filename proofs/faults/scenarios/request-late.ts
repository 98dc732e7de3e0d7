import { exchangeScenarios } from '../cell/exchange-scenarios.ts';

/** The request reaches the broker late, maybe after the consumer has given it up and asked again. */
export const scenarios = exchangeScenarios('request-late');
