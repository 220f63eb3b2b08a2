/** A device across a channel. The interface loads this, so it stays small and reaches no cryptography. */

export { problemOf } from '../problem.ts';
export type { Channel } from './channel.ts';
export { type ConnectedDevice, connectDevice } from './connect.ts';
export { type FollowingDevice, followDevice } from './following.ts';
export { type PortLike, portChannel } from './port.ts';
export { DeviceError } from './problem.ts';
export { serveDevice } from './serve.ts';
export { stoppedDevice } from './stopped.ts';
export { connectWorker, type PersistentStorage } from './worker.ts';
