import type { Check } from './evidence.ts';
import { few } from './settling.ts';

const RSS_MAX_BYTES = 512 * 1024 * 1024;
const OPEN_FILES_MAX = 250;

/** I13: memory and open files of each process stay below a bound. How they grow over hours is for a soak to say. */
export const bounded: Check = ({ lives }) =>
  few(
    'I13',
    lives.flatMap(({ name, samples }) => {
      const rss = Math.max(0, ...samples.map(({ rssBytes }) => rssBytes));
      const files = Math.max(0, ...samples.map(({ openFiles }) => openFiles));
      return [
        ...(rss > RSS_MAX_BYTES ? [`${name} took ${Math.round(rss / 1024 / 1024)} MiB of memory`] : []),
        ...(files > OPEN_FILES_MAX ? [`${name} had ${files} files open`] : []),
      ];
    }),
  );
