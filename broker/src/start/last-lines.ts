export interface LastLines {
  readonly add: (chunk: Buffer) => void;
  readonly text: () => string;
}

const keptBytes = 16 * 1024;

/** Keeps the end of a stream of text: so many lines, out of its last 16 KiB. */
export const createLastLines = (count: number): LastLines => {
  let kept: Buffer = Buffer.alloc(0);
  return {
    add: (chunk) => {
      kept = Buffer.concat([kept, chunk]).subarray(-keptBytes);
    },
    text: () => kept.toString().trimEnd().split('\n').slice(-count).join('\n'),
  };
};
