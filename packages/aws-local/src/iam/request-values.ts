/** The values of a request's condition keys; absent keys are not in the map. */
export type RequestValues = ReadonlyMap<string, readonly string[]>;

/** `undefined` and an empty list mean an absent key. */
export type NamedValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Names of condition keys are not case-sensitive. */
export function requestValues(named: NamedValues): RequestValues {
  const lists = Object.entries(named).map(([name, value]): [string, readonly string[]] => [
    name.toLowerCase(),
    [value ?? []].flat(),
  ]);
  return new Map(lists.filter(([, values]) => values.length > 0));
}
