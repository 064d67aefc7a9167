export { startApiGateway } from './api-gateway.ts';
export { createRouter } from './routes.ts';
