/** What the schemas of requests, responses, events and inputs share. */
import { en } from 'zod/locales';
import * as z from 'zod/mini';

/** Makes a schema at its first use. A cold start would otherwise make the schemas of all operations of its function. */
export function lazily<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const englishTexts = lazily(() => en().localeError);

/**
 * English texts for the faults that a schema finds, for each parse whose faults people read. Without them, `zod/mini`
 * says "Invalid input".
 */
export const english = { error: (issue: z.core.$ZodRawIssue) => englishTexts()(issue) };

type Shape = z.core.$ZodShape;
export const lazyObject = <T extends Shape>(shape: () => T) => lazily(() => z.object(shape()));
export const lazyStrictObject = <T extends Shape>(shape: () => T) => lazily(() => z.strictObject(shape()));
export const lazyLooseObject = <T extends Shape>(shape: () => T) => lazily(() => z.looseObject(shape()));

/** What a lazy schema parses to. */
export type Infer<S extends () => z.ZodMiniType> = z.infer<ReturnType<S>>;
