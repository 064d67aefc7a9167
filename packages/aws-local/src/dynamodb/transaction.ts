/** The parts that read and write transactions share: the list of actions, and cancellation reasons. */
import { AwsError } from '../protocol.ts';
import { type Item, invalid, type Members } from './dynalite.ts';

export type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck' | 'Get';

export interface Reason {
  readonly Code: 'None' | 'ConditionalCheckFailed' | 'ValidationError';
  readonly Message?: string;
  readonly Item?: Item;
}

/** Both: TransactWriteItems and TransactGetItems, API reference. */
const maxActions = 100;
export const maxBytes = 4 * 1024 * 1024;

/**
 * The actions in order; `at` is the action's path in validation errors. Throws `ValidationException` for no actions,
 * too many, or one of several kinds.
 */
export function actionsOf({ TransactItems: items }: Members, kinds: readonly Kind[]) {
  const list = Array.isArray(items) ? (items as readonly Members[]) : undefined;
  if (!list || list.length === 0 || list.length > maxActions) throw invalid(countError(list));
  return list.map((item, index) => {
    const given = kinds.filter((kind) => item[kind] !== undefined && item[kind] !== null);
    const [kind] = given;
    if (!kind) throw invalid('Invalid Request: TransactWriteRequest should contain Delete or Put or Update request');
    if (given.length > 1) throw invalid('TransactItems can only contain one of Check, Put, Update or Delete');
    const at = `transactItems.${index + 1}.member.${kind.charAt(0).toLowerCase()}${kind.slice(1)}`;
    return { kind, body: item[kind] as Members, at };
  });
}

function countError(list: readonly unknown[] | undefined): string {
  const bound = list?.length === 0 ? 'greater than or equal to 1' : `less than or equal to ${maxActions}`;
  const [value, constraint] = list
    ? [`'${list.length} items'`, `Member must have length ${bound}`]
    : ['null', 'Member must not be null'];
  return `1 validation error detected: Value ${value} at 'transactItems' failed to satisfy constraint: ${constraint}`;
}

/** Throws for two actions on one item. */
export function assertDistinct(targets: readonly (string | undefined)[]): void {
  const known = targets.filter((target) => target !== undefined);
  if (new Set(known).size < known.length)
    throw invalid('Transaction request cannot include multiple operations on one item');
}

/** The cancellation reason of a refused action; other errors are rethrown. */
export function reasonFor(error: unknown): Reason {
  if (!(error instanceof AwsError)) throw error;
  if (error.code === 'ConditionalCheckFailedException')
    return { Code: 'ConditionalCheckFailed', Message: error.message };
  if (error.code === 'ValidationException') return { Code: 'ValidationError', Message: error.message };
  throw error;
}

export function cancelled(reasons: readonly Reason[]): AwsError {
  const codes = reasons.map(({ Code }) => Code).join(', ');
  return new AwsError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    {
      fields: { CancellationReasons: reasons },
    },
  );
}
