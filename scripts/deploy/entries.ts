/** A function of `serverless.yml`, as far as its bundle depends on it. */
import type { Entry } from './bundle.ts';

export interface FunctionSettings {
  readonly handler: string;
  readonly events?: readonly { readonly httpApi?: { readonly method?: string } | string }[];
}

export const entryOf = (key: string, { handler, events = [] }: FunctionSettings): Entry => ({
  key,
  path: handler.slice(0, handler.lastIndexOf('.')),
  repeatable: events.some(({ httpApi }) => typeof httpApi === 'object' && httpApi.method?.toLowerCase() === 'post'),
});
