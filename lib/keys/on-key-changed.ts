/** News of keys from customers' accounts: whatever it says, the key is observed, and only KMS's answer counts. */
import { log } from '#lib/log.ts';
import type { KeyRef } from '#lib/store/keys.ts';
import { type BusEvent, keyEventOf } from './key-event.ts';
import type { Observation } from './observe.ts';

export interface OnKeyChangedDeps {
  readonly ownerOf: (arn: string) => Promise<KeyRef | null>;
  readonly observe: (observation: Observation) => Promise<unknown>;
}

/** An event of a key that nobody registered is no news. */
export const onKeyChanged =
  ({ ownerOf, observe }: OnKeyChangedDeps) =>
  async (event: BusEvent): Promise<void> => {
    const news = keyEventOf(event);
    if (!news) {
      log.warn('An event was ignored', { eventId: event.id, account: event.account });
      return;
    }
    for (const arn of news.arns) {
      const owner = await ownerOf(arn);
      if (owner) await observe({ teamId: owner.teamId, keyId: owner.keyId, actor: news.actor, depth: 'full' });
    }
  };
