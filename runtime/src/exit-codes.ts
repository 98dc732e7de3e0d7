/**
 * The exit codes of a service, part of its outside: 0 asked to stop, and stopped; 1 failed, restart it;
 * 78 wrong configuration, a restart cures nothing (EX_CONFIG of sysexits.h).
 */
export const exitCodes = { stopped: 0, failed: 1, configuration: 78 } as const;

export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
