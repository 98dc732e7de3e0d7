// npm run kafka -- TOOL [ARGUMENT...]: Kafka's own console tools, on the jars of the local Kafka.
import { toolClasses, toolCommand } from './console-tools.ts';

const say = (line: string): void => {
  process.stderr.write(`${line}\n`);
};

const [name, ...args] = process.argv.slice(2);

if (name === undefined || name === '--help') {
  say(`usage: npm run kafka -- TOOL [ARGUMENT...]\n  ${Object.keys(toolClasses).join('\n  ')}`);
  process.exit(name === undefined ? 1 : 0);
}

const tool = await toolCommand(name, args, say);
if (!tool.ok) {
  say(tool.problem);
  process.exit(1);
}
if (process.execve === undefined) throw new Error('this platform cannot replace a process by another');
// Java takes our place: the terminal, signals and the exit code are the tool's own. The shell finds it on PATH.
process.execve('/bin/sh', ['sh', '-c', 'exec "$@"', 'sh', tool.command, ...tool.args], process.env);
