/** Memory of the server at rest: after it has started and served a sign-up, a conversation and the app. */
import { readFileSync } from 'node:fs';
import { makePair } from '../relay/pair.ts';
import { record } from '../results.ts';
import { startServerProcess } from '../server-process.ts';

const SETTLE = 5_000;

const server = await startServerProcess();
try {
  const fresh = memory(server.pid);
  await makePair(server.url);
  await fetch(server.url);
  await new Promise((resolve) => setTimeout(resolve, SETTLE));
  record('Memory of the server', 'npm run bench -- rest', [
    ['just started', `${fresh} MB`],
    ['at rest after two sign-ups and a conversation (under 150 MB)', `${memory(server.pid)} MB`],
  ]);
} finally {
  await server.stop();
}

/** Resident memory of a process in MB. */
function memory(pid: number): number {
  const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round((Number(kilobytes) * 1024) / 1e6);
}
