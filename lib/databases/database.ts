/** One managed Redis: a server (machine and encrypted volume) that runs a service. */
import type { Endpoint } from '#lib/fleet/port.ts';

/**
 * `creating`: being provisioned. `following`: a fork that catches up. `available`: serves. `stopping`/`stopped`/`starting`: its key is, was or no
 * longer is unusable. `failed`: needs a person; `failure` says why. `destroying`: on its way out.
 */
export type DatabaseStatus = 'creating' | 'following' | 'available' | 'stopping' | 'stopped' | 'starting' | 'failed' | 'destroying';
export const databaseStatuses = [
  'creating',
  'following',
  'available',
  'stopping',
  'stopped',
  'starting',
  'failed',
  'destroying',
] as const satisfies readonly DatabaseStatus[];

export interface Attachment {
  readonly appId: string;
  /** `REDIS` gives the app's config var `REDIS_URL`. */
  readonly name: string;
}

export interface Database {
  readonly id: string;
  readonly teamId: string;
  readonly name: string;
  readonly plan: string;
  /** The app it was created for. */
  readonly appId: string;
  readonly appName: string;
  readonly status: DatabaseStatus;
  /** What the fleet last did: known by its answers, not by wish. */
  readonly server: 'running' | 'stopped';
  readonly service: 'running' | 'stopped';
  readonly serverId: string;
  readonly endpoint: Endpoint | null;
  /** The customer's key; both null under the platform's key. */
  readonly keyId: string | null;
  readonly keyArn: string | null;
  /** The password as ciphertext under the database's key (base64), and its SHA-256 in hex, which is all that a server gets. */
  readonly sealedPassword: string;
  readonly passwordSha256: string;
  readonly grantId: string | null;
  readonly attachments: readonly Attachment[];
  /** Why it is `failed`, or what keeps it from stopping or starting now. */
  readonly failure: Failure | null;
  readonly createdAt: string;
  readonly version: number;
}

export interface Failure {
  readonly reason: string;
  readonly detail: string;
  readonly at: string;
}
