/** Both halves of OPAQUE for tests, which play the client and the thief. No part of the server reaches this. */
export { client, ready, server } from '@serenity-kit/opaque';
