/** The formats that need no user's secret: what the server may reach. */
export * from './identity/address.ts';
export * from './ids.ts';
