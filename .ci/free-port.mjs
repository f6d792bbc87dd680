/** Prints the first of COUNT adjacent ports that are free on loopback: `node free-port.mjs COUNT`. */
import { createServer } from 'node:net';

const listen = (port) =>
  new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
const close = (server) => new Promise((resolve) => server.close(resolve));

const count = Number(process.argv[2] ?? 1);
for (let attempt = 0; attempt < 50; attempt++) {
  const servers = [await listen(0)];
  const { port } = servers[0].address();
  try {
    for (let next = 1; next < count; next++) servers.push(await listen(port + next));
    console.log(port);
    break;
  } catch (error) {
    if (attempt === 49) throw error;
  } finally {
    await Promise.all(servers.map(close));
  }
}
