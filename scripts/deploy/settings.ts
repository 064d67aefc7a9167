/** A stage's settings, as osls takes them. */

/** The names of all `${param:name, default}` in a text. */
export const parametersIn = (text: string): string[] =>
  [...new Set([...text.matchAll(/\$\{param:(\w+)/g)].map(([, name = '']) => name))].sort();

/** As `--param name=value`; `region` is an option of its own. Throws for a name that is not `known`. */
export function parameterOptions(settings: unknown, known: readonly string[]): string[] {
  if (settings === null || settings === undefined) return [];
  if (typeof settings !== 'object' || Array.isArray(settings)) throw new Error("A stage's settings are names and values.");
  return Object.entries(settings).flatMap(([name, value]) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (name === 'region') return ['--region', text];
    if (!known.includes(name)) throw new Error(`There is no setting ${name}. There are: region, ${known.join(', ')}.`);
    return ['--param', `${name}=${text}`];
  });
}
