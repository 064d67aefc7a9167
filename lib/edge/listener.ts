/**
 * The pipeline of every listener on a bus or a schedule. Its operation is idempotent, because EventBridge delivers at
 * least once.
 */
import middy from '@middy/core';
import * as z from 'zod/mini';
import { log } from '#lib/log.ts';
import { english, type Infer, lazyObject } from '#lib/model/schema.ts';

/** EventBridge's envelope; AWS sets `account` to the sender's. */
export const envelope = lazyObject(() => ({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  account: z.string(),
  time: z.string(),
  resources: z._default(z.array(z.string()), []),
  detail: z.unknown(),
}));
export type Envelope = Infer<typeof envelope>;

/** Calls `assemble` once, on the first event. EventBridge redelivers an event whose listener throws. */
export function listener(assemble: () => (event: Envelope) => Promise<unknown>) {
  let run: ((event: Envelope) => Promise<unknown>) | undefined;
  return middy<unknown, void>()
    .use({ onError: ({ error }) => log.error('A listener failed', { error: error as Error }) })
    .handler(async (event) => {
      run ??= assemble();
      await run(envelope().parse(event, english));
    });
}
