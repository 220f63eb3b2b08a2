/** A device in a browser: for the worker of the web app. */
export { type HostParts, startDeviceHost } from './host.ts';
export { browserPlatform } from './platform.ts';
