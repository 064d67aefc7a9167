/** The EC2 driver accepts only valid specs and settings of services. */
import { describe, expect, it } from '@jest/globals';
import { assertValidSettings, assertValidSpec, InvalidSettings } from '#lib/fleet/ec2/valid-settings.ts';
import { aSpec } from './world.ts';

describe('a spec', () => {
  it('is valid with and without optional members', () => {
    expect(() => assertValidSpec(aSpec())).not.toThrow();
    expect(() => assertValidSpec(aSpec({ idleTimeoutSeconds: 0, keyspaceEvents: '' }))).not.toThrow();
    expect(() => assertValidSpec(aSpec({ idleTimeoutSeconds: 300, keyspaceEvents: 'KEA' }))).not.toThrow();
  });

  it.each(['', 'A'.repeat(64), 'a'.repeat(63), `${'a'.repeat(64)}\n`, `${'a'.repeat(64)} +@admin`])(
    'is invalid with the password hash %j',
    (passwordSha256) => {
      expect(() => assertValidSpec(aSpec({ passwordSha256 }))).toThrow(InvalidSettings);
    },
  );
});

describe('settings', () => {
  it.each([
    { memoryMb: 0 },
    { memoryMb: Number.NaN },
    { maxClients: 1.5 },
    { maxClients: -1 },
    { evictionPolicy: '' },
    { evictionPolicy: 'noeviction\nsave 1 1' },
    { evictionPolicy: 'volatile-none' },
    { idleTimeoutSeconds: -1 },
    { idleTimeoutSeconds: Number.POSITIVE_INFINITY },
    { keyspaceEvents: 'K"' },
    { keyspaceEvents: 'K\nsave 1 1' },
  ])('are invalid with %j', (change) => {
    expect(() => assertValidSettings({ ...aSpec(), ...change })).toThrow(InvalidSettings);
  });
});
