/** A server in a process of its own, to be killed: `node child.ts DATA` prints its address. */
import { startServer } from '../src/server.ts';
import { completeSettings } from '../src/settings.ts';

const limits = {
  requestsPerMinute: 100_000,
  accountRequestsPerMinute: 100_000,
  signInsPerMinute: 100_000,
  messagesPerMinute: 1_000_000,
};
const data = process.argv[2] ?? '';
const settings = completeSettings({ port: 0, host: '127.0.0.1', data, logLevel: 'silent', ...limits });
const { url } = await startServer(settings);
process.stdout.write(`${url}\n`);
