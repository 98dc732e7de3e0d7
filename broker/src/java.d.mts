/** The sentence, followed by the three ways to a Kafka. */
export declare const withTheThreeWays: (what: string) => string;

/** The `java` of JAVA_HOME, else the one on PATH. */
export declare const javaCommand: (env?: NodeJS.ProcessEnv) => string;

export interface ProgramEnd {
  readonly ok: boolean;
  /** No such program. */
  readonly missing: boolean;
  readonly timedOut: boolean;
  /** Standard output, then standard error. */
  readonly output: string;
}

/** Runs a program to its end, in at most `timeoutMs` (then SIGKILL); never rejects. */
export declare const run: (
  command: string,
  args: readonly string[],
  options?: { signal?: AbortSignal | undefined; timeoutMs?: number; cwd?: string },
) => Promise<ProgramEnd>;

export type JavaCheck =
  | { readonly ok: true; readonly command: string; readonly major: number }
  | { readonly ok: false; readonly problem: string };

/** Is there a Java that can run Kafka 4 (≥ 17)? The problem is a message for people. */
export declare const checkJava: (signal?: AbortSignal) => Promise<JavaCheck>;
