export { createDynamoDb } from './dynamodb.ts';
export { itemBytes } from './item-checks.ts';
