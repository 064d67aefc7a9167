/** The accent of a state: one colour per meaning, and never the only sign of it. */
import type { Database, Key, Lockout } from '../api/types.ts';

/** Green: serves. Amber: waits, or degraded. Red: stopped. Blue: on its way back. Grey: unknown. */
export type Tone = 'green' | 'amber' | 'red' | 'blue' | 'grey';

const lockoutTones: Readonly<Record<Lockout['state'], Tone>> = {
  waiting: 'amber',
  stopping_services: 'red',
  stopping_servers: 'red',
  stopped: 'red',
  starting_servers: 'blue',
  starting_services: 'blue',
  restored: 'green',
  cancelled: 'green',
};

const databaseTones: Readonly<Record<Database['status'], Tone>> = {
  creating: 'blue',
  following: 'blue',
  available: 'green',
  stopping: 'red',
  stopped: 'red',
  starting: 'blue',
  failed: 'red',
  destroying: 'grey',
};

const keyTones: Readonly<Record<Key['status'], Tone>> = {
  usable: 'green',
  degraded: 'amber',
  unusable: 'red',
  unknown: 'grey',
};

export const lockoutTone = (state: Lockout['state']): Tone => lockoutTones[state];
export const databaseTone = (status: Database['status']): Tone => databaseTones[status];

/** By the open lockout if there is one, since its state says more than the last check. */
export const keyTone = (key: Pick<Key, 'status' | 'lockout'>, lockout: Pick<Lockout, 'state'> | null): Tone => {
  if (key.lockout && lockout) return lockoutTone(lockout.state);
  return key.lockout && key.status === 'usable' ? 'amber' : keyTones[key.status];
};

export const words = (state: string): string => state.replaceAll('_', ' ');
