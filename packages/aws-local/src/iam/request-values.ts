/** The context of a request, as conditions see it: values by condition key. An absent key is not in the request. */
export type RequestValues = ReadonlyMap<string, readonly string[]>;

/** `undefined` stands for an absent key, and so does an empty list. */
export type NamedValues = Readonly<Record<string, string | readonly string[] | undefined>>;

/** Names of condition keys are not case-sensitive. */
export function requestValues(named: NamedValues): RequestValues {
  const lists = Object.entries(named).map(([name, value]): [string, readonly string[]] => [
    name.toLowerCase(),
    [value ?? []].flat(),
  ]);
  return new Map(lists.filter(([, values]) => values.length > 0));
}
