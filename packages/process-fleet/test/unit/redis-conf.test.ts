import { describe, expect, it } from '@jest/globals';
import { placesIn } from '../../src/places.ts';
import { assertValidSpec, type ConfInput, renderConf } from '../../src/redis-conf.ts';

const spec = {
  serverId: 'srv_1',
  teamId: 'team_1',
  databaseId: 'db_1',
  keyArn: 'arn:aws:kms:us-east-1:111122223333:key/1',
  passwordSha256: 'a'.repeat(64),
  memoryMb: 100,
  maxClients: 80,
  evictionPolicy: 'allkeys-lru',
};
const input: ConfInput = {
  spec,
  places: placesIn('/fleet', '/memory', 'srv_1'),
  tls: { authority: '/ca/ca.crt', certificate: '/ca/server.crt', key: '/ca/server.key' },
  applicationRights: '~* &* +@all -@admin',
  adminPasswordSha256: 'b'.repeat(64),
  ports: { plain: 16379, tls: 16380 },
  fromAppendOnly: false,
};
const lines = (changes: Partial<ConfInput> = {}) => renderConf({ ...input, ...changes }).split('\n');

describe('the configuration of a service', () => {
  it('listens on loopback only, plain and by TLS', () => {
    expect(lines()).toEqual(
      expect.arrayContaining(['bind 127.0.0.1', 'port 16379', 'tls-port 16380', 'tls-auth-clients no']),
    );
  });

  it('carries size, policy and limits', () => {
    expect(lines()).toEqual(
      expect.arrayContaining(['maxmemory 100mb', 'maxmemory-policy allkeys-lru', 'maxclients 80']),
    );
  });

  it('keeps clients out until they are let in, and away from administration', () => {
    const user = lines().find((line) => line.startsWith('user default'));
    expect(user).toMatch(/^user default off #a{64} ~\* &\* \+@all -@admin$/);
  });

  it('loads the snapshot first, or the append-only file where there is one', () => {
    expect(lines()).toContain('appendonly no');
    expect(lines({ fromAppendOnly: true })).toContain('appendonly yes');
  });

  it('names no certificate where there is no TLS port', () => {
    expect(lines({ ports: { plain: 1024, tls: 0 } }).filter((line) => line.startsWith('tls-'))).toEqual(['tls-port 0']);
  });

  it('takes no value that would add a line or a right', () => {
    const wrong = [
      { passwordSha256: `${'a'.repeat(64)} +@admin` },
      { passwordSha256: 'A'.repeat(64) },
      { memoryMb: 0 },
      { maxClients: 1.5 },
      { evictionPolicy: 'noeviction\nsave 1 1' },
    ];
    for (const change of wrong) {
      expect(() => assertValidSpec({ ...spec, ...change })).toThrow(
        expect.objectContaining({ reason: 'start_failed' }),
      );
      expect(() => lines({ spec: { ...spec, ...change } })).toThrow();
    }
    expect(() => lines({ places: placesIn('/fleet', '/mem"ory', 'srv_1') })).toThrow();
  });
});

describe('the folders of a server', () => {
  it('are never outside the fleet', () => {
    for (const id of ['', '.', '..', '../x', 'a/b', '.new-a', 'a\0b', 'x'.repeat(65)])
      expect(() => placesIn('/fleet', '/memory', id)).toThrow(expect.objectContaining({ reason: 'not_found' }));
  });
});
