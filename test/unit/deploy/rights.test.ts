import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { rights, rightsOfCommand, type Statement } from '../../../scripts/deploy/rights.ts';
import { identitiesOf, rolesOf } from '../../../scripts/deploy/roles.ts';

const root = join(import.meta.dirname, '..', '..', '..');
let derived: string;
let functions: Map<string, readonly string[]>;

const statements = Object.entries(rights).flatMap(([name, each]) =>
  each.map((statement): [string, Statement] => [name, statement]),
);

beforeAll(() => {
  derived = execFileSync(process.execPath, [join(root, 'scripts/deploy/rights-document.ts'), '--print'], {
    encoding: 'utf8',
  });
  const rows =
    derived
      .split('## Rights')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| ') && !line.startsWith('| Functions')) ?? [];
  functions = new Map(
    rows.flatMap((row) => {
      const [, keys = '', names = ''] = row.split('|').map((cell) => cell.trim());
      const held = names === '' ? [] : names.replaceAll('`', '').split(' ');
      return keys.split(', ').map((key) => [key, held] as const);
    }),
  );
});

describe('a database server', () => {
  it('has the rights that Run Command needs, and reads nothing of the account', () => {
    const role =
      readFileSync(join(root, 'serverless.yml'), 'utf8')
        .split('      DatabaseServerRole:')[1]
        ?.split('      DatabaseServerProfile:')[0] ?? '';
    const actions = role.match(/(?<= - )(ssm|ssmmessages|ec2messages|s3|kms|ec2|sts):\w+/g) ?? [];
    expect(actions.filter((action) => !/^(ssmmessages:\w+Channel|ec2messages:\w+)$/.test(action))).toEqual([
      'ssm:UpdateInstanceInformation',
    ]);
    expect(actions).toHaveLength(11);
    expect(role).not.toMatch(/ManagedPolicyArns|\*['"]?:|:\*/);
  });
});

describe("functions' rights", () => {
  it('are those of docs/rights.md; after a change of code, `node scripts/deploy/rights-document.ts` writes them anew', () => {
    expect(readFileSync(join(root, 'docs/rights.md'), 'utf8')).toBe(derived);
  });

  it('let only those write the table that have something to write, besides that a token was used', () => {
    for (const key of ['listKeys', 'getDatabase', 'listTimeline', 'listBackups', 'listReleases'])
      expect([key, functions.get(key)?.filter((name) => name === 'table:put' || name === 'table:delete')]).toEqual([
        key,
        [],
      ]);
    expect(functions.get('createSpace')).toEqual(expect.arrayContaining(['table:put', 'bus:put']));
  });

  it('let each step of a lockout do its own part to servers, and no other', () => {
    const servers = (key: string) =>
      functions.get(key)?.filter((name) => /^(servers|commands|volumes):/.test(name) && name !== 'servers:describe');
    expect(servers('keyShutdownStopServices')).toEqual([
      'commands:document',
      'commands:results',
      'commands:send',
      'servers:tag',
    ]);
    expect(servers('keyShutdownStopServers')).toEqual([
      'commands:document',
      'commands:send',
      'servers:stop',
      'servers:tag',
    ]);
    expect(servers('keyRestartStartServers')).toEqual(['servers:start', 'volumes:attach']);
    expect(servers('keyShutdownConfirmTheLockout')).toEqual([]);
  });

  it.each([
    ['servers:terminate', ['provisionDatabaseTerminateTheServer', 'destroyDatabaseTerminateTheServer']],
    ['servers:launch', ['provisionDatabaseLaunchTheServer']],
    ['mail:send', ['onEffectDue']],
  ])('let nobody %s but %p', (right, holders) => {
    expect([...functions].filter(([, names]) => names.includes(right)).map(([key]) => key)).toEqual(holders);
  });

  it('let whoever removes a backup delete what is stored of it, also of one that was not recorded', () => {
    for (const key of ['removeBackup', 'backupDatabaseRemoveWhatIsStored', 'dailyBackupsVisitABatch'])
      expect([key, functions.get(key)]).toEqual([key, expect.arrayContaining(['backups:delete'])]);
  });

  it('have `*` as a resource only where AWS has none', () => {
    const everywhere = statements.filter(([, { Resource }]) => Resource.includes('*'));
    expect(everywhere.map(([name]) => name)).toEqual([
      'keys:retirable-grants',
      'servers:describe',
      'servers:volumes',
      'commands:results',
    ]);
  });

  it("use keys of other accounts, and of this account the stage's own", () => {
    const ofKms = statements.filter(
      ([, { Action, Resource }]) => /"kms:/.test(JSON.stringify(Action)) && !Resource.includes('*'),
    );
    const forms = {
      'a key of the stack': /^\[\[\{"Fn::GetAtt"/,
      'of other accounts': /:\*:key\/\*"\}\],.*"StringNotEquals":\{"aws:ResourceAccount":\{"Ref":"AWS::AccountId"\}\}/,
      'own, by tag': /AccountId\}:key\/\*"\}\],.*"aws:ResourceTag\/latchkey:stage":"\$\{Stage\}"/,
    };
    const formOf = ({ Resource, Condition }: Statement) =>
      Object.entries(forms).find(([, form]) => form.test(JSON.stringify([Resource, Condition])))?.[0] ?? 'anything';

    expect(ofKms.filter(([, statement]) => formOf(statement) === 'anything')).toEqual([]);
    expect(new Set(ofKms.map(([, statement]) => formOf(statement)))).toEqual(new Set(Object.keys(forms)));
  });

  it.each([
    ['latchkey@example.com', ['latchkey@example.com', 'example.com']],
    [
      'Latchkey <no-reply@mail.platform.example>',
      ['no-reply@mail.platform.example', 'mail.platform.example', 'platform.example'],
    ],
  ])("send mail as %s by the sender's identities only", (mailFrom, identities) => {
    expect(identitiesOf(mailFrom)).toEqual(identities);
    const needs = new Map([['onEffectDue', ['mail:send'] as const]]);
    const { resources } = rolesOf(needs, { stage: 'prod', mailFrom, logGroup: () => 'g', isAsynchronous: () => false });
    const named = [...JSON.stringify(resources).matchAll(/identity\/([^"]+)"/g)].map(([, identity]) => identity);
    expect(named).toEqual(identities);
  });

  it('are refused for a sender that is no address', () => {
    expect(() => identitiesOf('Latchkey')).toThrow('mailFrom is an address');
  });

  it('name no right that no command needs', () => {
    const needed = new Set([...Object.values(rightsOfCommand).flat(), 'dead-letters:send', 'dead-letters:seal']);
    expect(Object.keys(rights).filter((name) => !needed.has(name as keyof typeof rights))).toEqual([]);
  });
});
