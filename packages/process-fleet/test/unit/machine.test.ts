import { describe, expect, it } from '@jest/globals';
import { defaultMemoryDir, ensureMemoryDir } from '../../src/memory-folder.ts';
import { findRedisServer, type Shell } from '../../src/redis-binary.ts';

describe('the folder for plaintext', () => {
  it('is named by the fleet folder it belongs to', () => {
    expect(defaultMemoryDir('/a/fleet')).toMatch(/^\/dev\/shm\/latchkey-[0-9a-f]{16}$/);
    expect(defaultMemoryDir('/a/fleet')).not.toBe(defaultMemoryDir('/b/fleet'));
  });

  it('is refused where there is no memory-backed storage, with the setting to change', () => {
    expect(() => ensureMemoryDir('/no/such/place/latchkey')).toThrow(/FLEET_MEMORY_DIR/);
    expect(() => ensureMemoryDir(import.meta.dirname, 'linux')).toThrow(/not memory-backed.*FLEET_MEMORY_DIR/);
  });
});

describe('the Redis program', () => {
  const shell =
    (version: string): Shell =>
    () =>
      `/bin/a-server\n${version}`;

  it('is taken from version 7 on, and named', () => {
    const found = (output: string) => findRedisServer(shell(output));
    expect(found('Redis server v=7.0.15 sha=00000000:0 bits=64')).toEqual({
      path: '/bin/a-server',
      version: 'Redis 7.0.15',
    });
    expect(found('Redis server v=8.0.2 sha=00000000:1 bits=64')).toEqual({
      path: '/bin/a-server',
      version: 'Redis 8.0.2',
    });
    expect(found('Valkey server v=8.1.4 sha=00000000:0 bits=64')).toEqual({
      path: '/bin/a-server',
      version: 'Valkey 8.1.4',
    });
  });

  it('is refused when it is old or absent, with what to install', () => {
    expect(() => findRedisServer(shell('Redis server v=6.2.14 sha=00000000:0 bits=64'))).toThrow(
      /redis-server 7 or newer/,
    );
    const nothing: Shell = () => {
      throw new Error('exit 127');
    };
    expect(() => findRedisServer(nothing)).toThrow(/Install the package/);
  });
});
