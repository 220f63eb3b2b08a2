/** Real parts for tests: a server, devices and people. Imported by tests, e2e/ and bench/ only. */
export * from './hostile/index.ts';
export { conversationWith, signInAgain, signUp, type TestPerson, texts } from './people.ts';
export { openTestDevice, type TestDevice, type TestDeviceOptions } from './test-device.ts';
export { startTestServer, type TestServer } from './test-server.ts';
