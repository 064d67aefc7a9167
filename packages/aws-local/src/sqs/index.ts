export { createSqs, type DeclaredQueue } from './sqs.ts';
