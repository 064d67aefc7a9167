/**
 * Lists messages of the outbox that could not be sent, and sends them again. Needs credentials that may read and write
 * the deployment's table; the list has teams, events and reasons, and no customer data.
 */
import { parseArgs } from 'node:util';
import { now } from '#lib/model/clock.ts';
import type { Parked } from '#lib/model/outbox-message.ts';
import { allOf } from '#lib/model/page.ts';
import { resendParked } from '#lib/outbox/park.ts';
import { outboxStore } from '#lib/store/outbox.ts';
import { timelineStore } from '#lib/store/timeline.ts';
import { committer } from '#lib/wiring/committer.ts';

const help = `Messages of the outbox that could not be sent.

  npm run outbox -- --stage STAGE                 lists them, as JSON lines: the oldest message of each team first
  npm run outbox -- --stage STAGE --resend ID...  puts them back: the next sweep, within two minutes, sends them
  npm run outbox -- --stage STAGE --resend-all    puts all of them back

Exit: 0 done, 1 for a message that is not there, 64 for a command that is not understood.`;

/** Returns the lines to print. Throws `not_found`. */
export async function outboxCommand({
  ids,
  all,
}: {
  readonly ids: readonly string[];
  readonly all: boolean;
}): Promise<string[]> {
  const outbox = outboxStore();
  const parked = ids.length > 0 ? [] : await allOf<Parked>(outbox.listParked);
  if (ids.length === 0 && !all) return parked.map((each) => JSON.stringify(shown(each)));
  const resend = resendParked({ ...outbox, ...timelineStore(), ...committer(), now });
  const wanted = all ? parked.map(({ id }) => id) : ids;
  for (const id of wanted) await resend(id);
  return wanted.map((id) => `Sent again by the next sweep: ${id}`);
}

const shown = ({ id, teamId, message, since, attempts, parkedAt, reason }: Parked) => ({
  ...{ id, teamId, message, since, attempts, parkedAt, reason },
});

async function run(args: readonly string[]): Promise<void> {
  const options = {
    stage: { type: 'string' },
    resend: { type: 'boolean' },
    'resend-all': { type: 'boolean' },
  } as const;
  const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true });
  if (!values.stage || Boolean(values.resend) !== positionals.length > 0) {
    process.stderr.write(`${help}\n`);
    process.exitCode = 64;
    return;
  }
  process.env.TABLE_NAME ??= `latchkey-${values.stage}`;
  process.env.EVENT_BUS_NAME ??= `latchkey-${values.stage}`;
  const lines = await outboxCommand({ ids: positionals, all: values['resend-all'] ?? false });
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
}

if (import.meta.main) {
  try {
    await run(process.argv.slice(2));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
