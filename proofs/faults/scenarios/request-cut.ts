import { exchangeScenarios } from '../cell/exchange-scenarios.ts';

/** The connection ends before the broker has seen the request: an outage, which repeats nothing. */
export const scenarios = exchangeScenarios('request-cut');
