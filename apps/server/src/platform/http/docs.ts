/** The document of the HTTP interface: /docs/json for programs, /docs for people. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { VERSION } from '../../version.ts';

/** @fastify/swagger leaves WebSockets out. */
const SOCKET = {
  get: {
    summary: 'The WebSocket of the streams of entries: docs/spec/streams.md',
    responses: { 101: { description: 'Switching to the WebSocket protocol' } },
  },
};
const BEARER = { type: 'http', scheme: 'bearer' } as const;

export async function installDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sotto', version: VERSION, description: 'What is sealed crosses as opaque base64url.' },
      paths: { '/api/v1/socket': SOCKET },
      components: { securitySchemes: { device: BEARER, slot: BEARER, metrics: BEARER } },
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, {
    routePrefix: '/docs',
    uiConfig: { validatorUrl: null, tryItOutEnabled: false, supportedSubmitMethods: [] },
    staticCSP: [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self' 'unsafe-inline'",
      "img-src 'self' data:",
      "connect-src 'self'",
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  });
}
