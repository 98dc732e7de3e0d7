import type { Check } from './evidence.ts';
import { few } from './settling.ts';

/** I11: what was to happen by a deadline has happened. The cell's own waits say where not. */
export const alive: Check = ({ complaints }) => few('I11', complaints);
