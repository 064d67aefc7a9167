/**
 * The users of a server's Redis, and their rights. Redis checks them at every command, also in scripts and
 * transactions.
 */
import { applicationRights } from '#lib/model/application-rights.ts';

/** The control plane's own user; the application's is `default`. */
export const adminUser = 'latchkey';

/** Followers log in as this user, on a server that is followed. Source: Redis's manual, "ACL", on replicas. */
export const replicationUser = 'latchkey-replica';
export const replicationRights = ['+psync', '+replconf', '+ping'];

export const rightsWith = (writers: 'admitted' | 'refused' = 'admitted'): string =>
  writers === 'refused' ? `${applicationRights} -@write` : applicationRights;
