/**
 * `make demo`: a key's life from beginning to end, with the proofs. Exits 0 if all of it held, 1 if something did not,
 * 130 on Ctrl-C.
 */
import { parseArgs } from 'node:util';
import { customerAccount, platformAccount } from '#local/accounts.ts';
import { inWords } from './durations.ts';
import { DemoFailure, Interrupted } from './failure.ts';
import { onInterruption } from './interruption.ts';
import { wrapped } from './lines.ts';
import { type OwnCloud, startOwnCloud } from './own-cloud.ts';
import { createScreen, type Screen } from './screen.ts';
import { createStage } from './screen-stage.ts';
import { speed } from './speed.ts';
import type { Stage } from './stage.ts';
import { type StoryOptions, tellStory } from './story.ts';
import { openWorld } from './world.ts';

const help = `The life of a customer's key, in about a minute.

  make demo
  make demo FULL=1    adds a real drill, with a key that its owner disables;
                      the same as node local/demo/main.ts --full

Starts Latchkey on this machine, on free ports and in a temporary folder, at
${speed} times the speed of AWS. Creates a KMS key and a database under it;
shows an early warning and a drill; disables the key, and proves that nothing
can be read; enables it, and proves that nothing is lost. Afterwards it removes
everything that it created. A running \`make start\` is not affected.

Options:
  --full        adds the real drill
  -h, --help    prints this text

Exit code: 0 if all of it held, 1 if a step or a proof failed, 130 on Ctrl-C.
NO_COLOR=1 turns colour off.`;

async function main(): Promise<number> {
  const { values } = parseArgs({
    options: { help: { type: 'boolean', short: 'h' }, full: { type: 'boolean', default: false } },
  });
  const screen = createScreen(process.stdout, process.env);
  if (values.help) {
    screen.line(help);
    return 0;
  }
  const interruption = onInterruption();
  const begun = performance.now();
  greet(screen);
  const cloud = startOwnCloud();
  const stage = createStage(screen, interruption.signal);
  const performed = perform(stage, { screen, cloud, signal: interruption.signal, isFull: values.full });
  const code = await Promise.race([performed, interruption.raised]).then(
    () => 0,
    (error: unknown) => report(error, { screen, stage, cloud }),
  );
  screen.draft('  Cleaning up …');
  const faults = await cloud.close();
  for (const fault of faults) screen.line(`  ${screen.paint.bad('✗')} Cleaning up: ${fault}`);
  if (code !== 0 || faults.length > 0) return code || 1;
  screen.line(
    `  ${screen.paint.good('✓')} ${screen.paint.strong('All of it held.')} Everything is cleaned up, after ` +
      `${inWords(performance.now() - begun)}.`,
  );
  const more = values.full ? '' : ' `make demo FULL=1` adds a real drill.';
  const hint =
    'Try it yourself: `make start SPEED=60` prints a link to the console, which shows all of this. README.md has ' +
    `a tour.${more}`;
  for (const each of wrapped(hint, screen.width - 4)) screen.line(`    ${each}`);
  screen.line();
  return 0;
}

function greet({ paint, line, draft }: Screen): void {
  line();
  line(`  ${paint.strong('Latchkey')}`);
  line("  Managed Redis, encrypted under a key that stays the customer's.");
  line();
  draft(paint.faint('  Starting a cloud on this machine …'));
}

interface Performance extends StoryOptions {
  readonly screen: Screen;
  readonly cloud: OwnCloud;
  readonly signal: AbortSignal;
}

async function perform(stage: Stage, { screen, cloud, signal, isFull }: Performance): Promise<void> {
  const world = await openWorld(await cloud.facts, signal);
  signal.throwIfAborted();
  const { line, paint, width } = screen;
  const fact = (name: string, text: string) => {
    for (const [index, each] of wrapped(text, width - 12).entries())
      line(`  ${paint.faint((index === 0 ? name : '').padEnd(10))}${each}`);
  };
  fact('customer', `AWS account ${customerAccount}: holds the key`);
  fact('platform', `AWS account ${platformAccount}: runs Latchkey, and Redis`);
  fact('keys by', world.keys.name);
  fact('speed', `${world.speed}: minutes of waiting last seconds; times in mails are those of AWS`);
  fact('times', 'to the right; those with a + are since the act above them');
  await tellStory({ stage, world }, { isFull });
}

async function report(
  error: unknown,
  { screen, stage, cloud }: { screen: Screen; stage: Stage; cloud: OwnCloud },
): Promise<number> {
  const { line, paint } = screen;
  if (error instanceof Interrupted) {
    line();
    line('  Interrupted. Cleaning up …');
    return error.exitCode;
  }
  line(`  ${paint.bad('✗')} ${paint.strong(stage.whereabouts())}`);
  line(`    ${error instanceof Error ? error.message : String(error)}`);
  const ended = await cloud.ended();
  if (ended && !(error instanceof DemoFailure)) line(`    ${ended}`);
  for (const trouble of cloud.troubles()) line(`    ${paint.faint(`In the log: ${trouble}`)}`);
  return 1;
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exit(1);
  },
);
