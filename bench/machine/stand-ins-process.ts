/**
 * The embedded DynamoDB and Step Functions behind the embedded endpoint, in a process of its own: the folder is its argument, and the URL what
 * it prints. It ends when its standard input does.
 */
import { join } from 'node:path';
import { startAwsEndpoint } from '#local/aws-endpoint.ts';
import { createDynamoDb } from '#local/dynamodb/dynamodb.ts';
import { createStepFunctions } from '#local/step-functions/step-functions.ts';
import { machine } from './machine.ts';

const [, , dir = ''] = process.argv;
const dynamodb = await createDynamoDb({ dir: join(dir, 'dynamodb') });
const states = await createStepFunctions({ dir: join(dir, 'states'), machines: [machine], invoke: async () => null });
const { url } = await startAwsEndpoint({ port: 0, services: { dynamodb, states } });
process.stdout.write(`${url}\n`);
process.stdin.resume().once('end', () => process.exit(0));
