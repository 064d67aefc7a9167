/**
 * An app's own config vars at rest: encrypted under a data key of their own, which the platform's key encrypts. Why not the customer's key is
 * in docs/design/019-tokens-quotas-and-ownership.md. The encryption context binds both to the team and the app.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { KeyVault } from '#lib/aws/kms.ts';
import { teamContext } from '#lib/keys/key.ts';
import { Problem, Transient } from '#lib/problem.ts';
import { Secret } from '#lib/secret.ts';
import type { App } from './app.ts';

export interface SealedVars {
  /** The data key, as KMS encrypted it (base64). */
  readonly key: string;
  /** Nonce, tag and ciphertext of the vars as JSON (base64). */
  readonly vars: string;
  /** Of the vars: the timeline has them, too. */
  readonly names: readonly string[];
}

export type OwnVars = Readonly<Record<string, string>>;
export type OpenVarsDeps = Pick<KeyVault, 'open'> & { readonly platformKeyArn: () => string };
export type SealVarsDeps = Pick<KeyVault, 'seal'> & { readonly platformKeyArn: () => string };

const cipher = 'aes-256-gcm';
const ivBytes = 12;
const tagBytes = 16;

type AppRef = Pick<App, 'teamId' | 'id'>;
const contextOf = ({ teamId, id }: AppRef) => ({ ...teamContext(teamId), 'latchkey:app': id });
const boundTo = (app: AppRef): Buffer => Buffer.from(JSON.stringify(contextOf(app)));

/** Throws `Transient` while KMS does not answer. */
export async function sealVars(deps: SealVarsDeps, app: AppRef, vars: OwnVars): Promise<SealedVars> {
  const [key, iv] = [randomBytes(32), randomBytes(ivBytes)];
  const encryption = createCipheriv(cipher, key, iv).setAAD(boundTo(app));
  const ciphertext = Buffer.concat([encryption.update(JSON.stringify(vars), 'utf8'), encryption.final()]);
  const sealed = await byPlatform(deps.seal(deps.platformKeyArn(), new Secret(key.toString('base64')), contextOf(app)));
  return { key: sealed, vars: Buffer.concat([iv, encryption.getAuthTag(), ciphertext]).toString('base64'), names: Object.keys(vars) };
}

/** The vars; of an app whose row is from before they were encrypted, as they are. Throws `Transient` while KMS does not answer. */
export async function openVars(deps: OpenVarsDeps, app: App): Promise<OwnVars> {
  if (!app.sealedVars) return app.configVars;
  const key = Buffer.from((await byPlatform(deps.open(deps.platformKeyArn(), app.sealedVars.key, contextOf(app)))).reveal(), 'base64');
  const bytes = Buffer.from(app.sealedVars.vars, 'base64');
  const decryption = createDecipheriv(cipher, key, bytes.subarray(0, ivBytes), { authTagLength: tagBytes }).setAAD(boundTo(app));
  decryption.setAuthTag(bytes.subarray(ivBytes, ivBytes + tagBytes));
  return JSON.parse(Buffer.concat([decryption.update(bytes.subarray(ivBytes + tagBytes)), decryption.final()]).toString('utf8')) as OwnVars;
}

/** Without asking KMS. */
export const ownVarNames = ({ sealedVars, configVars }: Pick<App, 'sealedVars' | 'configVars'>): readonly string[] =>
  sealedVars?.names ?? Object.keys(configVars);

/** That the platform's own key is refused is no fault of the caller's, and nothing that a caller can end. */
async function byPlatform<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.code === 'key_unusable')
      throw new Transient("The platform's key does not answer", { cause: error });
    throw error;
  }
}
