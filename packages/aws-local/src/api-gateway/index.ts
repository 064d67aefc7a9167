export { startApiGateway } from './api-gateway.ts';
export { createRouter, type Route } from './routes.ts';
