// Starts a temporary broker, says where it is, and then does nothing about signals or its end.
import { startKafka } from '../../src/start-kafka.ts';

const { pid, logFile } = await startKafka({ data: 'temporary' });
process.stdout.write(`${JSON.stringify({ pid, logFile })}\n`);
setInterval(() => {}, 60_000);
