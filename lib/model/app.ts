/** What consumes databases: apps, the spaces they live in, and their releases. */

import type { Tier } from './plans.ts';

export interface Space {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly tier: 'private' | 'shield';
  readonly createdAt: string;
  readonly version: number;
}

export interface App {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly space: { readonly id: string; readonly name: string } | null;
  /** The space's tier, `common` outside a space. */
  readonly tier: Tier;
  /** The mail addresses that get the notices about the app's databases. */
  readonly admins: readonly string[];
  /** The app's own config vars, encrypted; those of attachments are derived and never stored. Null or not set: none. */
  readonly sealedVars?: SealedVars | null;
  /** Plaintext in rows from before config vars were encrypted; the next change encrypts them. */
  readonly configVars: Readonly<Record<string, string>>;
  readonly attachments: readonly { readonly name: string; readonly databaseId: string }[];
  /** The version of the newest release. */
  readonly release: number;
  /** The release of the last restart, or of the last request to restart. */
  readonly restarted?: number;
  /** How this machine runs the app; null or not set if another system runs it. */
  readonly process?: AppProcess | null;
  readonly createdAt: string;
  readonly version: number;
}

/**
 * A program and its arguments, run without a shell, and where. Config vars are its environment, never its arguments.
 */
export interface AppProcess {
  readonly command: readonly string[];
  readonly cwd: string;
}

/** A change of what an app runs with, kept by version. */
export interface Release {
  readonly version: number;
  readonly appId: string;
  readonly description: string;
  /** Who made it: an actor's id. */
  readonly by: string;
  readonly createdAt: string;
}

export const nextRelease = (
  { id, release }: Pick<App, 'id' | 'release'>,
  { description, by, at }: { readonly description: string; readonly by: string; readonly at: Date },
): Release => ({ version: release + 1, appId: id, description, by, createdAt: at.toISOString() });

export const configVarOf = (attachmentName: string): string => `${attachmentName}_URL`;

export interface SealedVars {
  /** The data key, as KMS encrypted it (base64). */
  readonly key: string;
  /** Nonce, tag and ciphertext of the vars as JSON (base64). */
  readonly vars: string;
  /** The names of the vars, which are not secret: the timeline has them too. */
  readonly names: readonly string[];
}

/** Config vars of an app; null for a value that is unreadable while its database's key is unusable. */
export type ConfigVars = { readonly [name: string]: string | null };

export type OwnVars = Readonly<Record<string, string>>;

/** Runs apps on this machine. */
export interface AppRunner {
  /** Stops the app's process and starts a new one; resolves when it runs, or when a retry is scheduled. */
  restart(app: Runnable): Promise<void>;
  stop(appId: string): Promise<void>;
}

export interface Runnable {
  readonly teamId: string;
  readonly appId: string;
  readonly name: string;
  readonly process: AppProcess;
  readonly environment: { readonly [name: string]: string };
}
