import { holds } from '../../test-support/contract.ts';
import { targetsOf } from '../../test-support/targets.ts';
import { queries } from './dynamodb-queries.ts';
import { transactions } from './dynamodb-transactions.ts';
import { connectDynamoDb } from './dynamodb-world.ts';
import { writes } from './dynamodb-writes.ts';

const targets = targetsOf(['ministack'], connectDynamoDb);

for (const contract of [writes, transactions, queries]) holds(contract, targets);
