import { exchangeScenarios } from '../cell/exchange-scenarios.ts';

/** The answer comes, but late: before the time-out or after it. */
export const scenarios = exchangeScenarios('answer-late');
