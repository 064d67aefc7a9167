/** The local cloud's command line. */
import { describe, expect, it } from '@jest/globals';
import { readOptions } from '#local/options.ts';
import { resumedLine } from '#local/summary.ts';

describe('the command line', () => {
  it('runs at AWS’s speed by default', () => {
    expect(readOptions([])).toEqual({ help: false, speed: 1 });
    expect(readOptions(['--speed', '60', '--help'])).toEqual({ help: true, speed: 60 });
  });

  it.each(['0', '-1', 'fast', '1001', ''])('refuses the speed "%s"', (speed) => {
    expect(() => readOptions([`--speed=${speed}`])).toThrow('SPEED=60');
  });

  it('takes a folder and four ports of its own', () => {
    expect(readOptions(['--dir', '/tmp/other', '--ports', '0,4567,0,26379'])).toEqual({
      help: false,
      speed: 1,
      dir: '/tmp/other',
      ports: { api: 0, aws: 4567, inbox: 0, databases: 26_379 },
    });
  });

  it.each(['', '1,2,3', '1,2,3,4,5', '0,0,0,0', '0,0,0,65536', '0,-1,0,4', 'a,b,c,d', '0,,0,4'])(
    'refuses the ports "%s"',
    (ports) => {
      expect(() => readOptions([`--ports=${ports}`])).toThrow(`they were "${ports}"`);
    },
  );

  it('refuses words that it does not know', () => {
    expect(() => readOptions(['--fast'])).toThrow('--fast');
  });
});

describe('the line on databases of the last run', () => {
  it('is not there without any', () => {
    expect(resumedLine([])).toBeNull();
  });

  it('names those that are not back, and why', () => {
    const line = resumedLine([
      { serverId: 'srv_1', state: 'done' },
      { serverId: 'srv_2', state: 'failed', reason: 'key_unusable', detail: 'the key is disabled' },
    ]);

    expect(line).toBe('1 of 2 databases are back.\n  srv_2: the key is disabled');
  });
});
