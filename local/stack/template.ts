/** A CloudFormation template as osls packages it. */

export interface Resource {
  readonly type: string;
  readonly properties: Record<string, unknown>;
}

export interface Template {
  /** By logical id. */
  readonly resources: ReadonlyMap<string, Resource>;
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads the template's JSON. Throws for a resource without a type, and for one that exists conditionally. */
export function parseTemplate(text: string): Template {
  const { Resources } = JSON.parse(text) as { Resources: Record<string, unknown> };
  const resources = Object.entries(Resources).map(([logicalId, resource]): [string, Resource] => {
    if (!isRecord(resource) || typeof resource.Type !== 'string')
      throw new Error(`The template: ${logicalId} is no resource`);
    if (resource.Condition !== undefined)
      throw new Error(`The template: ${logicalId} has a Condition, which the local cloud does not evaluate`);
    return [logicalId, { type: resource.Type, properties: isRecord(resource.Properties) ? resource.Properties : {} }];
  });
  return { resources: new Map(resources) };
}

/** Resources of a type with their logical ids, in the template's order. */
export const ofType = ({ resources }: Template, type: string): [string, Resource][] =>
  [...resources].filter(([, resource]) => resource.type === type);

/** Throws for a property that is neither `known` nor irrelevant on one machine, so that none is ignored silently. */
export function assertKnown(where: string, properties: Record<string, unknown>, known: readonly string[]): void {
  const unknown = Object.keys(properties).find((name) => !known.includes(name));
  if (unknown) throw new Error(`The template: ${where}.${unknown} is not understood by the local cloud`);
}
