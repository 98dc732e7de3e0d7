import { exchangeScenarios } from '../cell/exchange-scenarios.ts';

/** The broker has done what it was asked, and its answer is lost: a commit or a letter may have been taken. */
export const scenarios = exchangeScenarios('answer-cut', ['offset-commit']);
