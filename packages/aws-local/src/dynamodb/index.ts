export { itemBytes } from './acceptable-item.ts';
export { createDynamoDb } from './dynamodb.ts';
