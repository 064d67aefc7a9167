/** How soon a change of the key is noticed, and whether anybody is notified. Pure. */
import type { Key } from '../key.ts';
import { parseKeyArn } from '../key-arn.ts';
import type { RemedyStep } from '../remedy.ts';
import { median } from './facts.ts';
import { apiCommand, counted, type Finding, finding } from './item.ts';

export const pathItems = (key: Key, at: Date): readonly Finding[] => [
  events(key),
  lastCheck(key, at),
  recipients(key),
  drill(key, at),
];

function events(key: Key): Finding {
  const lag = median(key.facts?.eventLagSeconds ?? []);
  const took = lag === null ? '' : ` Half of them arrive within ${counted(lag, 'second')}.`;
  if (key.eventsProvenSince)
    return finding('events_proven', {
      status: 'pass',
      detail: `Events of the key are proven to arrive since ${key.eventsProvenSince}.${took}`,
    });
  const { region } = parseKeyArn(key.arn);
  return finding('events_proven', {
    status: 'warn',
    detail:
      'Events of the key are not proven to arrive, so a change is noticed by the sweep: within a minute for most ' +
      'changes, in seconds with events.',
    fix: [
      {
        text: 'Deploy the rules that forward events, in the account that owns the key:',
        commands: [
          `${apiCommand('GET', '/v1/onboarding-template')} > latchkey.json`,
          `aws cloudformation deploy --region ${region} --stack-name latchkey-key --template-file latchkey.json ` +
            '--capabilities CAPABILITY_IAM',
        ],
      },
      {
        text: 'The rules get nothing unless a trail logs management events, reads and writes. List the trails:',
        commands: [`aws cloudtrail describe-trails --region ${region}`],
      },
    ],
  });
}

/** Full checks are two hours apart at most (design note 014); the third may be late. */
const lateMs = 3 * 3_600_000;

function lastCheck(key: Key, at: Date): Finding {
  const last = [key.facts?.at, key.check.at].flatMap((time) => (time ? [Date.parse(time)] : []));
  const newest = new Date(Math.max(...last));
  const isLate = at.getTime() - newest.getTime() > lateMs;
  const detail = `The last full check on record was at ${newest.toISOString()}.`;
  if (!isLate) return finding('last_check', { status: 'pass', detail });
  return finding('last_check', {
    status: 'warn',
    detail: `${detail} Without checks, a lost event is never made up for: tell the operator.`,
    fix: [{ text: 'Check the key now:', commands: [apiCommand('POST', `/v1/keys/${key.id}/checks`)] }],
  });
}

function recipients(key: Key): Finding {
  const code = 'recipients';
  const facts = key.facts?.recipients;
  if (key.databases === 0 && !facts?.reachable)
    return finding(code, { status: 'pass', detail: 'No database uses the key, so there is nothing to tell.' });
  if (!facts)
    return finding(code, {
      status: 'unknown',
      detail: 'It is not yet known who would be notified.',
      mustBeKnown: true,
    });
  const { reachable, unconfirmed, bounced, bouncedExamples = [] } = facts;
  const others = `${unconfirmed} unconfirmed, ${bounced} bounced`;
  const [example] = bouncedExamples;
  const names = example === undefined ? '' : ` Mails to ${bouncedExamples.join(', ')} bounce.`;
  if (reachable > 0)
    return finding(code, {
      status: bounced > 0 ? 'warn' : 'pass',
      detail: `${counted(reachable, 'recipient')} would be notified of a lockout (${others}).${names}`,
      fix: bounced > 0 ? bouncedFix(key.id, example) : [],
    });
  return finding(code, {
    status: 'fail',
    detail: `No recipient would be notified of a lockout: no address is confirmed and reachable (${others}).${names}`,
    fix: [
      {
        text: 'See who the recipients are, then confirm an address with the code in its mail, or add another:',
        commands: [apiCommand('GET', '/v1/recipients')],
      },
    ],
  });
}

/** Adding a contact again asks it again; an address of an admin becomes a contact by that. */
const bouncedFix = (keyId: string, email: string | undefined): RemedyStep[] => [
  {
    text: 'See which contacts bounce:',
    commands: [apiCommand('GET', `/v1/keys/${keyId}/contacts`)],
  },
  ...(email === undefined
    ? []
    : [
        {
          text: 'Once the mailbox works again, add it again, which sends it one mail to confirm with:',
          commands: [apiCommand('POST', `/v1/keys/${keyId}/contacts`, { email })],
        },
      ]),
];

/**
 * Days after which a drill shows little about the databases of today: its schedule's period, and a week and a day,
 * since the next weekly window may be that much later. Without a schedule: that of a quarter.
 */
const drillDays = { month: 31 + 8, quarter: 92 + 8 } as const;

function drill({ lastDrill, drillEvery, databases, id }: Key, at: Date): Finding {
  const code = 'drill';
  const start = {
    text: 'Start a drill:',
    commands: [apiCommand('POST', `/v1/keys/${id}/drills`, { mode: 'simulated' })],
  };
  if (!lastDrill)
    return databases === 0
      ? finding(code, { status: 'pass', detail: 'No database uses the key, so there is nothing to rehearse.' })
      : finding(code, { status: 'warn', detail: 'No drill has shown that turning the key off works.', fix: [start] });
  const days = Math.floor((at.getTime() - Date.parse(lastDrill.at)) / 86_400_000);
  const isOld = days > drillDays[drillEvery ?? 'quarter'];
  const status = lastDrill.outcome === 'failed' ? 'fail' : isOld || lastDrill.outcome === 'aborted' ? 'warn' : 'pass';
  const words = { passed: 'passed', failed: 'failed', aborted: 'was ended before its result' }[lastDrill.outcome];
  const old = isOld ? ' What it showed may have changed.' : '';
  const report = { text: 'Read the report of the drill:', commands: [apiCommand('GET', `/v1/drills/${lastDrill.id}`)] };
  return finding(code, {
    status,
    detail: `The last drill ${words} (${lastDrill.at}, ${counted(days, 'day')} ago).${old}`,
    fix: status === 'pass' ? [] : [report, start],
  });
}
