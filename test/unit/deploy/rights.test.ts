/** The permissions of functions and servers, derived from code. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { deployedFunctions } from '../../../scripts/deploy/deployed.ts';
import { rights, type Statement } from '../../../scripts/deploy/rights.ts';
import { identitiesOf, rightsOf, rolesOf } from '../../../scripts/deploy/roles.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const functions = rightsOf(deployedFunctions(root));

const statements = Object.entries(rights).flatMap(([name, each]) =>
  each.map((statement): [string, Statement] => [name, statement]),
);

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
  it('are those of docs/rights.md; after a change, `npm run rights` writes them anew', () => {
    const written = execFileSync(process.execPath, [join(root, 'scripts/deploy/rights-document.ts'), '--print'], {
      encoding: 'utf8',
    });

    expect(readFileSync(join(root, 'docs/rights.md'), 'utf8')).toBe(written);
  });

  it('let a function write the table only if it has a write, beside the token’s last use', () => {
    for (const key of ['authorizer', 'apiReads', 'apiService', 'apiEvidence', 'herokuReads'])
      expect([key, functions.get(key)?.filter((name) => name === 'table:put' || name === 'table:write')]).toEqual([
        key,
        [],
      ]);
  });

  it('let no read of the table use a key, a bucket or a server', () => {
    for (const key of ['apiReads', 'herokuReads'])
      expect([key, functions.get(key)]).toEqual([key, ['table:read', 'table:update']]);
  });

  it('let the batches of a lockout do their own part to servers, and its decisions none', () => {
    const servers = (key: string) =>
      functions.get(key)?.filter((name) => /^servers:(start|stop|launch|term)/.test(name));

    expect(servers('keyShutdownBatches')).toEqual(['servers:stop']);
    expect(servers('keyRestartBatches')).toEqual(['servers:start']);
    for (const key of ['keyShutdown', 'keyRestart'])
      expect([key, functions.get(key)?.filter((name) => name.startsWith('servers:'))]).toEqual([key, []]);
  });

  it.each([
    ['servers:terminate', ['provisionDatabase', 'destroyDatabase']],
    ['servers:launch', ['provisionDatabase']],
    ['servers:stop', ['keyShutdownBatches']],
    ['mail:send', ['onEffectDue']],
    ['evidence:sign', ['apiEvidence', 'onBackupSchedule']],
    ['backups:read', ['provisionDatabase', 'destroyDatabase', 'backupDatabase']],
    ['backups:delete', ['apiBackups', 'destroyDatabase', 'backupDatabase', 'dailyBackups']],
  ])('grant %s to %p only', (right, holders) => {
    expect([...functions].filter(([, names]) => names.some((name) => name === right)).map(([key]) => key)).toEqual(
      holders,
    );
  });

  it('are refused where a function declares none, or a word that the table does not know', () => {
    const handler = 'functions/api/keys.handler';

    expect(() => rightsOf({ apiKeys: { handler } })).toThrow(
      'apiKeys declares no rights. Give it a list in serverless.yml; [] is none.',
    );
    expect(() => rightsOf({ apiKeys: { handler, rights: ['table:read', 'table:drop', 'toString'] } })).toThrow(
      'apiKeys declares the right table:drop, which scripts/deploy/rights.ts does not know.\n' +
        'apiKeys declares the right toString, which',
    );
    expect(rightsOf({ console: { handler, rights: [] } }).get('console')).toEqual([]);
  });

  it('have `*` as a resource only where AWS has none', () => {
    const everywhere = statements.filter(([, { Resource }]) => Resource.includes('*'));

    expect(everywhere.flatMap(([, { Action }]) => Action)).toEqual([
      'kms:ListRetirableGrants',
      'ec2:DescribeInstances',
      'ec2:DescribeVolumes',
      'ssm:ListCommandInvocations',
    ]);
  });

  it("use keys of other accounts, and of this account the stage's own", () => {
    const ofKms = statements.filter(
      ([, { Action, Resource }]) => /"kms:/.test(JSON.stringify(Action)) && !Resource.includes('*'),
    );
    const forms = {
      'a key of the stack': /^\[\[\{"Fn::GetAtt"/,
      'of other accounts': /:\*:key\/\*"\}\],.*"StringNotEquals":\{"aws:ResourceAccount":\{"Ref":"AWS::AccountId"\}\}/,
      'of other accounts, in any Region':
        /kms:\*:\*:key\/mrk-\*"\}\],.*"StringNotEquals":\{"aws:ResourceAccount":\{"Ref":"AWS::AccountId"\}\}/,
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

  it('name no right that no function declares', () => {
    const declared = new Set([...functions.values()].flat());

    expect(Object.keys(rights).filter((name) => !declared.has(name as keyof typeof rights))).toEqual([
      'dead-letters:send',
    ]);
  });
});
