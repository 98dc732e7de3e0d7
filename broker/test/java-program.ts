import { run } from '../src/java.mjs';
import { classpath, fetchKafka } from '../src/kafka-distribution.mjs';

const options = [
  '-Dfile.encoding=UTF-8',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-XX:TieredStopAtLevel=1',
  '-Xmx1g',
];

/**
 * Runs a Java program of one file on Kafka's own jars; resolves to what it wrote, both outputs. Throws that where it fails or
 * takes longer than `timeoutMs`.
 */
export async function runJavaProgram(
  file: string,
  args: readonly string[],
  { timeoutMs = 100_000 } = {},
): Promise<string> {
  const distribution = await fetchKafka();
  if (!distribution.ok) throw new Error(distribution.problem);
  const classes = await classpath(distribution.folder);
  const end = await run(distribution.java, [...options, '-cp', classes, file, ...args], { timeoutMs });
  if (!end.ok) throw new Error(end.output);
  return end.output;
}
