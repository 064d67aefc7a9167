/** The input for sending a recorded call again. */

interface Put {
  readonly Item: { readonly pk: string; readonly sk: string };
}
interface Transaction {
  readonly TransactItems?: readonly { readonly Put?: Put }[];
}

/** A transaction creates its rows only once, so each round uses other partitions. Other input is unchanged. */
export function inputForReplay(input: unknown, round: string): unknown {
  const { TransactItems } = input as Transaction;
  if (!TransactItems) return input;
  return {
    ...(input as object),
    TransactItems: TransactItems.map((item) => (item.Put ? { Put: moved(item.Put, round) } : item)),
  };
}

function moved({ Item, ...put }: Put, round: string): object {
  const row = { ...Item, pk: `${Item.pk}#${round}` };
  if (Item.sk !== 'HEAD') return { ...put, Item: row };
  const { ExpressionAttributeValues: _, ...rest } = put as { ExpressionAttributeValues?: unknown };
  return { ...rest, Item: row, ConditionExpression: 'attribute_not_exists(pk)' };
}
