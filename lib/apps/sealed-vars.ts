/**
 * Encrypts an app's own config vars at rest, by envelope encryption under the platform's key. The reason for not using
 * the customer's key is in docs/design/019-tokens-quotas-and-ownership.md. The encryption context names team and app.
 */

import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { App, OwnVars, SealedVars } from '#lib/model/app.ts';
import { teamContext } from '#lib/model/key.ts';
import { underPlatformKey } from '#lib/model/platform-key.ts';
import type { KeyVault } from '#lib/model/ports.ts';
import { Secret } from '#lib/model/secret.ts';

export type OpenVarsDeps = Pick<KeyVault, 'decrypt'> & { readonly platformKeyArn: () => string };
export type SealVarsDeps = Pick<KeyVault, 'encrypt'> & { readonly platformKeyArn: () => string };

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

type AppRef = Pick<App, 'teamId' | 'id'>;
const contextOf = ({ teamId, id }: AppRef) => ({ ...teamContext(teamId), 'latchkey:app': id });
const authenticatedData = (app: AppRef): Buffer => Buffer.from(JSON.stringify(contextOf(app)));

/** Throws `Transient` while KMS does not respond. */
export async function sealVars(deps: SealVarsDeps, app: AppRef, vars: OwnVars): Promise<SealedVars> {
  const [key, iv] = [randomBytes(32), randomBytes(ivBytes)];
  const encryption = createCipheriv(cipher, key, iv).setAAD(authenticatedData(app));
  const ciphertext = Buffer.concat([encryption.update(JSON.stringify(vars), 'utf8'), encryption.final()]);
  const sealed = await underPlatformKey(
    deps.encrypt(deps.platformKeyArn(), new Secret(key.toString('base64')), contextOf(app)),
  );
  return {
    key: sealed,
    vars: Buffer.concat([iv, encryption.getAuthTag(), ciphertext]).toString('base64'),
    names: Object.keys(vars),
  };
}

/** The vars, decrypted if they are encrypted already. Throws `Transient` while KMS does not respond. */
export async function openVars(deps: OpenVarsDeps, app: App): Promise<OwnVars> {
  if (!app.sealedVars) return app.configVars;
  const key = Buffer.from(
    (await underPlatformKey(deps.decrypt(deps.platformKeyArn(), app.sealedVars.key, contextOf(app)))).reveal(),
    'base64',
  );
  const bytes = Buffer.from(app.sealedVars.vars, 'base64');
  const decryption = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(
    authenticatedData(app),
  );
  decryption.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return JSON.parse(
    Buffer.concat([decryption.update(bytes.subarray(ivBytes + tagBytes)), decryption.final()]).toString('utf8'),
  ) as OwnVars;
}

/** Does not call KMS. */
export const ownVarNames = ({ sealedVars, configVars }: Pick<App, 'sealedVars' | 'configVars'>): readonly string[] =>
  sealedVars?.names ?? Object.keys(configVars);
