/**
 * Reads what stands after a command's name: with --help says how it is called and ends with 0, and
 * where something isn't understood says what, and how it is called, on stderr, and ends with 2.
 */
export function readCommandLine<Arguments>(
  read: (args: readonly string[]) => Arguments,
  usage: string,
): Arguments {
  const args = process.argv.slice(2);
  if (args.includes('--help')) {
    process.stdout.write(usage);
    process.exit(0);
  }
  try {
    return read(args);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
    process.exit(2);
  }
}
