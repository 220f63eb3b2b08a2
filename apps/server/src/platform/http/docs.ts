/** The document of the HTTP interface: /docs/json for programs, /docs for people. */
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { VERSION } from '../../version.ts';

const BEARER = { type: 'http', scheme: 'bearer' } as const;

export async function installDocs(app: FastifyInstance): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Sotto', version: VERSION, description: 'What is sealed crosses as opaque base64url.' },
      components: { securitySchemes: { device: BEARER, slot: BEARER } },
    },
    transform: (document) =>
      document.url.startsWith('/api/v1/') &&
      document.schema?.body === undefined &&
      'websocket' in document.route
        ? { schema: document.schema, url: document.url }
        : jsonSchemaTransform(document),
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
