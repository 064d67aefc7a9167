/** JSON values as they travel between states, and the size that AWS counts. */

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Most bytes of a state's input, output or assignment: 256 KiB of UTF-8.
 * Source: Step Functions guide, "service-quotas".
 */
export const payloadLimit = 262_144;

/** Most bytes of all variables of an execution: 10 MiB. Source: Step Functions guide, "workflow-variables". */
export const variablesLimit = 10 * 1024 * 1024;

export const bytesOf = (value: Json): number => Buffer.byteLength(JSON.stringify(value));

/** A plain copy, free of functions and dates; `undefined` where JSON has no word for the value. */
export function toJson(value: unknown): Json | undefined {
  const text: string | undefined = JSON.stringify(value);
  return text === undefined ? undefined : (JSON.parse(text) as Json);
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
