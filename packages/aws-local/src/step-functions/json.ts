/** JSON values, and their sizes as AWS counts them. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Maximum bytes of a state's input, output or assignment: 256 KiB of UTF-8.
 * Source: Step Functions guide, "service-quotas".
 */
export const payloadLimit = 262_144;

/** Maximum bytes of all variables of an execution: 10 MiB. Source: Step Functions guide, "workflow-variables". */
export const variablesLimit = 10 * 1024 * 1024;

export const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** A copy of what JSON can represent; `undefined` if nothing can. */
export function toJson(value: unknown): Json | undefined {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
