/** Every listener on a bus or a schedule passes through here. Its work is idempotent by what it reads, so a doubled event does no harm. */
import middy from '@middy/core';
import * as z from 'zod/mini';
import { log } from '#lib/log.ts';
import { english } from '#lib/model/english.ts';

/** EventBridge's envelope; `account` is the sender's, set by AWS. */
export const envelope = z.object({
  id: z.string(),
  source: z.string(),
  'detail-type': z.string(),
  account: z.string(),
  time: z.string(),
  resources: z._default(z.array(z.string()), []),
  detail: z.unknown(),
});
export type Envelope = z.infer<typeof envelope>;

/** `assemble` is called once, on the first event. What throws is delivered again by EventBridge. */
export function listener(assemble: () => (event: Envelope) => Promise<unknown>) {
  let run: ((event: Envelope) => Promise<unknown>) | undefined;
  return middy<unknown, void>()
    .use({ onError: ({ error }) => log.error('A listener failed', { error: error as Error }) })
    .handler(async (event) => {
      run ??= assemble();
      await run(envelope.parse(event, english));
    });
}
