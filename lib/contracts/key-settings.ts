/** How a key is judged. */
import * as z from 'zod/mini';
import type { Key } from '#lib/model/key.ts';
import { type Infer, lazily, lazyObject } from '#lib/model/schema.ts';
import { operation } from './operation.ts';

const strict = lazily(() =>
  z
    .boolean()
    .check(
      z.describe(
        'Whether any refused action counts as the loss of the key, and opens a lockout; by default only the loss of ' +
          'Decrypt does',
      ),
    ),
);

export const KeySettingsView = lazyObject(() => ({ strict: strict() }));

export const keySettingsView = (key: Key): Infer<typeof KeySettingsView> => ({ strict: key.strict ?? false });

export const GetKeySettings = operation({
  id: 'getKeySettings',
  route: 'GET /v1/keys/{key}/settings',
  summary: 'How a key is judged',
  scope: 'read',
  response: KeySettingsView,
});

export const ChangeKeySettings = operation({
  id: 'changeKeySettings',
  route: 'PATCH /v1/keys/{key}/settings',
  summary: 'Changes how a key is judged, and checks it at once; a key that is locked out stays strict',
  scope: 'write',
  body: () =>
    z.strictObject({ strict: z.exactOptional(strict()) }).check(
      z.refine((settings) => Object.keys(settings).length > 0, 'Name at least one setting'),
      z.meta({ minProperties: 1 }),
    ),
  response: KeySettingsView,
  problems: ['wrong_state', 'unavailable'],
});
