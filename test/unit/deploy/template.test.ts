/** Settings that the packaging adds to every resource of a kind. */
import { describe, expect, it } from '@jest/globals';
import { assertRouted } from '../../../scripts/deploy/routes.ts';
import {
  admitCustomers,
  dropRepeatedDependencies,
  guardRoutes,
  hearReads,
  keepUndelivered,
  type Resources,
} from '../../../scripts/deploy/template.ts';
import { operations } from '../../../scripts/documents/operations.ts';

const aRoute = (RouteKey: string) => ({
  Type: 'AWS::ApiGatewayV2::Route',
  Properties: { RouteKey } as Record<string, unknown>,
});
const aBus = (): Resources => ({
  Bus: { Type: 'AWS::Events::EventBus', Properties: { Policy: { Statement: [{ Principal: '*' }] } } },
});
const statementOf = ({ Bus }: Resources) =>
  (Bus?.Properties?.Policy as { Statement: unknown[] } | undefined)?.Statement[0];

describe('the template', () => {
  it('has the authorizer before every route but those of public operations', () => {
    const resources: Resources = {
      a: aRoute('GET /v1/health'),
      b: aRoute('GET /v1/databases'),
      c: aRoute('GET /apps'),
      d: aRoute('$default'),
    };
    guardRoutes(resources);

    expect(resources.a?.Properties).toEqual({ RouteKey: 'GET /v1/health' });
    expect(resources.d?.Properties).toEqual({ RouteKey: '$default' });
    for (const name of ['b', 'c'])
      expect(resources[name]?.Properties).toMatchObject({
        AuthorizationType: 'CUSTOM',
        AuthorizerId: { Ref: 'TokenAuthorizer' },
      });
  });

  it('has a route for each operation, with the authorizer exactly if the operation needs a token', () => {
    const packaged = (keys: readonly string[]) => {
      const resources: Resources = Object.fromEntries(keys.map((key) => [key, aRoute(key)]));
      guardRoutes(resources);
      return () => assertRouted(resources);
    };
    const broad = ['GET', 'POST', 'PATCH', 'DELETE', 'PUT'].map((method) => `${method} /v1/{path+}`);
    const open = operations.filter(({ scope }) => scope === 'public').map(({ route }) => route as string);

    expect(packaged([...broad, ...open])).not.toThrow();
    expect(packaged([...broad, ...open].filter((key) => key !== 'PATCH /v1/{path+}'))).toThrow(
      'changeApp has no route: add PATCH /v1/apps/{app} to a function in serverless.yml.',
    );
    expect(packaged([...broad, ...open].filter((key) => key !== 'GET /v1/health'))).toThrow(
      'getHealth needs no token, but its route GET /v1/{path+} asks for it: add GET /v1/health to serverless.yml.',
    );
  });

  it('keeps what a rule could not deliver', () => {
    const resources: Resources = {
      rule: { Type: 'AWS::Events::Rule', Properties: { Targets: [{ Id: '1' }, { Id: '2' }] } },
    };
    keepUndelivered(resources);

    expect(resources.rule?.Properties?.Targets).toEqual(
      ['1', '2'].map((Id) => ({ Id, DeadLetterConfig: { Arn: { 'Fn::GetAtt': ['DeadLetters', 'Arn'] } } })),
    );
  });

  it('delivers key events including reads, such as the delivery proof of a check', () => {
    const aRule = (EventPattern?: object) => ({
      Type: 'AWS::Events::Rule',
      Properties: { State: 'ENABLED', ...(EventPattern ? { EventPattern } : {}) } as Record<string, unknown>,
    });
    const resources: Resources = {
      keys: aRule({ source: ['aws.kms'] }),
      effects: aRule({ source: ['latchkey.effects'] }),
      minute: aRule(),
    };
    hearReads(resources);
    const states = Object.values(resources).map(({ Properties }) => Properties?.State);

    expect(states).toEqual(['ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS', 'ENABLED', 'ENABLED']);
  });

  it('says only those dependencies that no reference says', () => {
    const resources: Resources = {
      said: {
        Type: 'A',
        Properties: { Role: { 'Fn::GetAtt': ['R', 'Arn'] }, Api: { Ref: 'S' } },
        DependsOn: ['R', 'S'],
      },
      unsaid: { Type: 'A', Properties: { Role: { 'Fn::GetAtt': ['R', 'Arn'] } }, DependsOn: ['R', 'T'] },
    };
    dropRepeatedDependencies(resources);

    expect(resources.said).not.toHaveProperty('DependsOn');
    expect(resources.unsaid?.DependsOn).toEqual(['T']);
  });

  it('lets all accounts, some accounts, or an organisation send key events', () => {
    const [everybody, some, organisation] = [aBus(), aBus(), aBus()];
    admitCustomers(everybody, { accounts: '*', organisation: '' });
    admitCustomers(some, { accounts: '["111122223333"]', organisation: '' });

    admitCustomers(organisation, { accounts: '*', organisation: 'o-a1b2c3d4e5' });

    expect(statementOf(everybody)).toEqual({ Principal: '*' });
    expect(statementOf(some)).toEqual({
      Principal: { AWS: [{ 'Fn::Sub': 'arn:${AWS::Partition}:iam::111122223333:root' }] },
    });
    expect(statementOf(organisation)).toEqual({
      Principal: '*',
      Condition: { StringEquals: { 'aws:PrincipalOrgID': 'o-a1b2c3d4e5' } },
    });
  });

  it.each([['["1111"]'], ['[]'], ['{}']])('refuses %s as accounts', (accounts) => {
    expect(() => admitCustomers(aBus(), { accounts, organisation: '' })).toThrow('12 digits');
  });
});
