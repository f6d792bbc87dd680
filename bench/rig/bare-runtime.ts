/** The least that a local runtime can be: one HTTP server and the DynamoDB engine, at `DIR`. Says when both answer. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { startEngine } from '../../local/dynamodb/engine.ts';

const [folder = ''] = process.argv.slice(2);
const server = createServer((_request, response) => response.end('{}'));
server.listen(0, '127.0.0.1');
const [engine] = await Promise.all([startEngine({ folder, onExit: () => process.exit(1) }), once(server, 'listening')]);
process.stdout.write(`${JSON.stringify({ ready: true })}\n`);
process.once('SIGTERM', async () => {
  await engine.stop();
  process.exit();
});
