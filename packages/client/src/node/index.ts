/** A device in a program: its store, its key and the sharing of one profile between programs. */
export { type DeviceOptions, type OpenedDevice, openDevice } from './host.ts';
export { nodePlatform } from './platform.ts';
export { openProfileKey } from './profile-key.ts';
export { openSqliteStore } from './sqlite-store.ts';
