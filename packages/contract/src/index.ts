/** What client and server say to each other. Protocol objects cross as opaque bytes. */
export * from './conversations/frames.ts';
export * as conversations from './conversations/routes.ts';
export * as directory from './directory/routes.ts';
export * from './errors.ts';
export { fieldBytes } from './fields.ts';
export * as identity from './identity/routes.ts';
export * from './limits.ts';
export type { AnswerOf, AnyRoute, Auth, BodyOf, Route } from './route.ts';
