/** A server that is not to be trusted, between real clients and a real server. */
export { type HostileServer, startHostileServer } from './hostile-server.ts';
export { Link } from './link.ts';
export type { Exchange, Traffic } from './record.ts';
export { type Backup, backUp } from './restored.ts';
export { LOST, Reply, refusal } from './rules.ts';
export { leaksIn, type Secret } from './search.ts';
export { type ServerProcess, startServerProcess } from './server-process.ts';
