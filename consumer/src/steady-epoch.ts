/**
 * Milliseconds since the epoch by the clock at the process's start, counted on from there: no step of the machine's clock
 * moves it, so what is measured or planned by it lasts as long as it should.
 */
export const steadyEpochMs = (): number => performance.timeOrigin + performance.now();
