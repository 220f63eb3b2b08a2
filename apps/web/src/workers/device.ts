/** The worker in which a tab's device lives, or is reached where another tab holds it. Keys are here, not in the page. */
import { createDevice } from '@sotto/client';
import { startDeviceHost } from '@sotto/client/browser';

void startDeviceHost(self, createDevice);
