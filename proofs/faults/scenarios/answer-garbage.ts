import { exchangeScenarios } from '../cell/exchange-scenarios.ts';

/** Noise, too little, or lengths that never come, in the place of an answer. */
export const scenarios = exchangeScenarios('answer-garbage');
