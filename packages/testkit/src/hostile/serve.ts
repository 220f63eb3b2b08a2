/** The program of server-process.ts: serves a data folder on a port, and says on which. */
import { completeSettings, startServer } from '@sotto/server';

const [data = '', port = '0'] = process.argv.slice(2);
const many = 100_000;
const settings = completeSettings({
  data,
  host: '127.0.0.1',
  port: Number(port),
  logLevel: 'silent',
  signInsPerMinute: many,
  requestsPerMinute: many,
  accountRequestsPerMinute: many,
});
const server = await startServer(settings);
process.stdout.write(`${server.port}\n`);
