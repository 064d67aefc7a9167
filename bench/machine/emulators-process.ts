/**
 * The embedded DynamoDB and Step Functions behind the embedded endpoint, in a process of its own: the folder is its
 * argument, and the URL what it prints. It ends when its standard input does.
 */
import { join } from 'node:path';
import { createDynamoDb } from 'aws-local/dynamodb';
import { startAwsEndpoint } from 'aws-local/endpoint';
import { createStepFunctions } from 'aws-local/step-functions';
import { callerOf } from '#local/accounts.ts';
import { machine } from './machine.ts';

const [, , dir = ''] = process.argv;
const dynamodb = await createDynamoDb({ dir: join(dir, 'dynamodb') });
const states = await createStepFunctions({ dir: join(dir, 'states'), machines: [machine], invoke: async () => null });
const { url } = await startAwsEndpoint({ port: 0, services: { dynamodb, states }, callerOf });
process.stdout.write(`${url}\n`);
process.stdin.resume().once('end', () => process.exit(0));
