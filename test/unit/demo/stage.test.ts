/** The demo's acts and proofs on the terminal, and its interruption. */
import { describe, expect, it } from '@jest/globals';
import { createScreen } from '#local/demo/screen.ts';
import { createStage } from '#local/demo/screen-stage.ts';
import { check } from '#local/demo/stage.ts';

interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly environment?: NodeJS.ProcessEnv;
}

function aStage({ environment = {}, ...terminal }: Terminal = {}) {
  const written: string[] = [];
  const interruption = new AbortController();
  const screen = createScreen({ ...terminal, write: (text) => written.push(text) }, environment);
  const stage = createStage(screen, interruption.signal);
  return { stage, interruption, text: () => written.join(''), lines: () => written.join('').split('\n') };
}

const command = { kind: 'command', text: 'aws kms disable-key --key-id $CMK_ARN', run: async () => 'answer' } as const;

describe('the stage', () => {
  it('shows an act with the time that it took, and returns its result', async () => {
    const { stage, lines } = aStage();

    expect(await stage.do(command)).toBe('answer');
    expect(lines()[0]).toMatch(/^ {4}\$ aws kms disable-key --key-id \$CMK_ARN +\d+ ms$/);
    expect(lines()[0]).toHaveLength(80);
  });

  it('shows what a proof found under its claim', async () => {
    const { stage, text } = aStage();
    await stage.prove('Nobody answers', async () => 'port 1: ECONNREFUSED');
    expect(text()).toBe('    ✓ Nobody answers\n      port 1: ECONNREFUSED\n');
  });

  it('shows no mark for a proof that fails, and knows where it was', async () => {
    const { stage, text } = aStage();
    stage.chapter('Out of reach', 'Is it?');

    await expect(
      stage.prove('Nobody answers', async () => {
        check(1 > 2, 'Port 1 answered.');
        return '';
      }),
    ).rejects.toThrow('Port 1 answered.');
    expect(text()).not.toContain('✓');
    expect(stage.whereabouts()).toBe('Chapter 1, Out of reach: Nobody answers');
  });

  it('goes no further once it is interrupted', async () => {
    const { stage, interruption, text } = aStage();
    let ran = false;

    interruption.abort();

    await expect(stage.do({ ...command, run: async () => (ran = true) })).rejects.toThrow();
    expect(ran).toBe(false);
    expect(text()).toBe('');
  });

  it('says nothing of an act that the interruption overtook', async () => {
    const { stage, interruption, text } = aStage();
    await expect(stage.do({ ...command, run: async () => interruption.abort() })).rejects.toThrow();
    expect(text()).toBe('');
  });

  it('drafts a long step in one line, since the terminal clears no other', async () => {
    const { stage, text } = aStage({ isTTY: true, columns: 60, environment: { NO_COLOR: '1' } });
    await stage.see('word '.repeat(40).trim(), Promise.resolve('mail'), () => 'mail');
    const [draft = ''] = text().split('\r');
    expect(draft).toMatch(/ …$/);
    expect(draft.length).toBeLessThanOrEqual(60);
  });

  it('keeps within 80 columns, or within those of a narrower terminal', async () => {
    for (const columns of [200, 80, 66]) {
      const { stage, lines } = aStage({ columns });
      stage.chapter('A key of their own', 'word '.repeat(60).trim());
      await stage.do({ ...command, kind: 'request', text: `POST /v1/databases { ${'name: value, '.repeat(12)}}` });
      await stage.see('a mail', Promise.resolve('mail'), () => `Mail\n${'word '.repeat(40).trim()}`);
      await stage.see('a mail', Promise.resolve('mail'), () => 'word '.repeat(40).trim());
      await stage.prove('claim '.repeat(30).trim(), async () => 'found');
      expect(Math.max(...lines().map((line) => line.length))).toBe(Math.min(80, columns));
    }
  });
});

describe('colour', () => {
  const colourCode = '\u001b[3';

  it('is for terminals', async () => {
    const { stage, text } = aStage({ isTTY: true });
    await stage.prove('It holds', async () => 'found');
    expect(text()).toContain(colourCode);
  });

  it('is left out without a terminal, with NO_COLOR, and on a dumb terminal', async () => {
    for (const terminal of [
      {},
      { isTTY: true, environment: { NO_COLOR: '1' } },
      { isTTY: true, environment: { TERM: 'dumb' } },
    ]) {
      const { stage, text } = aStage(terminal);
      await stage.prove('It holds', async () => 'found');
      expect(text()).not.toContain(colourCode);
    }
  });
});

describe('a wait', () => {
  const wait = { label: 'Waiting period', from: 0, seconds: 600, speed: 60 };

  it('ends with a full bar and the result of the awaited work', async () => {
    const { stage, text } = aStage();
    expect(await stage.watch(wait, Promise.resolve('over'))).toBe('over');
    expect(text()).toMatch(/^ {4}Waiting period {2}█+ {2}10:00 of 10:00\n$/);
  });

  it('passes on what went wrong meanwhile', async () => {
    const { stage, text } = aStage();
    await expect(stage.watch(wait, Promise.reject(new Error('a read failed')))).rejects.toThrow('a read failed');
    expect(text()).toBe('');
  });
});
