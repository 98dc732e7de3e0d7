import type { LogOutput } from './log-output.ts';

/** Lines about things that may happen very often. */
export interface FrequentLines {
  /** Writes a complete JSON line; in a terminal only while there are few. */
  readonly write: LogOutput['write'];
  /** Writes what has not been told yet; no line is summed up after it. */
  readonly close: () => void;
}

const windowMs = 1_000;
const readableLines = 20;

/**
 * In a terminal nobody reads more than about 20 lines a second: beyond them, and until a second has fewer, `summary`
 * is called once a second with the number of lines that it stands for. Everywhere else each line is written.
 */
export function createFrequentLines(options: {
  readonly output: Pick<LogOutput, 'write' | 'terminal'>;
  readonly summary: (lines: number) => void;
}): FrequentLines {
  const { output, summary } = options;
  if (!output.terminal) return { write: output.write, close: () => {} };

  let seen = 0;
  let untold = 0;
  let crowded = false;
  let timer: NodeJS.Timeout | null = null;

  const endWindow = (): void => {
    timer = null;
    crowded = seen > readableLines;
    if (untold > 0) summary(untold);
    seen = 0;
    untold = 0;
    if (crowded) startWindow();
  };
  const startWindow = (): void => {
    timer ??= setTimeout(endWindow, windowMs).unref();
  };

  return {
    write: (line) => {
      startWindow();
      seen += 1;
      if (crowded || seen > readableLines) untold += 1;
      else output.write(line);
    },
    close: () => {
      if (timer !== null) clearTimeout(timer);
      if (untold > 0) summary(untold);
      untold = 0;
    },
  };
}
