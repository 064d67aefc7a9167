/** A vault without encryption: it returns a secret only under the same key and encryption context. */
import type { KeyVault } from '#lib/model/ports.ts';
import { Problem } from '#lib/model/problem.ts';
import { Secret } from '#lib/model/secret.ts';

const platformKeyArn = 'arn:aws:kms:us-east-1:210987654321:key/platform';

export const aVault = (): KeyVault & { readonly platformKeyArn: () => string } => ({
  platformKeyArn: () => platformKeyArn,
  encrypt: async (keyArn, secret, context) =>
    Buffer.from(JSON.stringify([keyArn, context, secret.reveal()])).toString('base64'),
  decrypt: async (keyArn, sealed, context) => {
    const [arn, bound, secret] = JSON.parse(Buffer.from(sealed, 'base64').toString()) as [string, object, string];
    if (arn !== keyArn || JSON.stringify(bound) !== JSON.stringify(context))
      throw new Problem('key_unusable', 'Another key or context');
    return new Secret(secret);
  },
});
