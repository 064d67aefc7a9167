import { describe, expect, it } from '@jest/globals';
import { readOptions } from '#local/options.ts';
import { resumedLine } from '#local/summary.ts';

describe('the command line', () => {
  it('goes as fast as AWS unless told otherwise', () => {
    expect(readOptions([])).toEqual({ help: false, speed: 1 });
    expect(readOptions(['--speed', '60', '--help'])).toEqual({ help: true, speed: 60 });
  });

  it.each(['0', '-1', 'fast', '1001', ''])('refuses the speed "%s"', (speed) => {
    expect(() => readOptions([`--speed=${speed}`])).toThrow('SPEED=60');
  });

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
