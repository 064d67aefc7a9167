/** PutItem, UpdateItem, DeleteItem and BatchWriteItem, and the item that a failed condition may return. */
import { AwsError } from '../protocol.ts';
import { actionOf, asAwsError, type Item, invalid, type Members, validateInput } from './dynalite.ts';
import { type Engine, runSync } from './engine.ts';

const conditionFailed = 'ConditionalCheckFailedException';

/** Whether the caller wants the item that failed the condition. Throws `ValidationException` for another value. */
export function wantsFailedItem({ ReturnValuesOnConditionCheckFailure: wanted }: Members): boolean {
  if (wanted !== undefined && wanted !== 'ALL_OLD' && wanted !== 'NONE') {
    throw invalid(
      `1 validation error detected: Value '${wanted}' at 'returnValuesOnConditionCheckFailure' failed to satisfy ` +
        'constraint: Member must satisfy enum value set: [ALL_OLD, NONE]',
    );
  }
  return wanted === 'ALL_OLD';
}

export function singleWrite(operation: string) {
  const act = actionOf(operation);
  return (engine: Engine, input: Members): Promise<unknown> => {
    const wantsItem = wantsFailedItem(input);
    const data = validateInput(operation, input);
    return engine.write((collector) => {
      try {
        return runSync((done) => act(collector.view, data, done));
      } catch (error) {
        throw withItem(asAwsError(error), wantsItem ? collector.found : undefined);
      }
    });
  };
}

function withItem(error: unknown, item: Item | undefined): unknown {
  if (!item || !(error instanceof AwsError) || error.code !== conditionFailed) return error;
  return new AwsError(error.code, error.message, { status: error.status, fields: { Item: item } });
}
