import { exchangeScenarios } from '../cell/exchange-scenarios.ts';

/** The connection stays open and nothing comes any more, until the consumer gives it up by itself. */
export const scenarios = exchangeScenarios('half-open');
