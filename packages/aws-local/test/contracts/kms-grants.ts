/**
 * Grants: made, found, repeated, retired and revoked.
 * Source: KMS guide, "Grants in AWS KMS"; API reference, CreateGrant to RevokeGrant.
 */
import {
  CreateGrantCommand,
  type CreateGrantCommandInput,
  CreateKeyCommand,
  type KMSClient,
  ListGrantsCommand,
  type ListGrantsCommandInput,
  RetireGrantCommand,
  RevokeGrantCommand,
} from '@aws-sdk/client-kms';
import { expect } from '@jest/globals';
import { platformAccount } from '../../test-support/accounts.ts';
import { type Case, type Contract, refusal } from '../../test-support/contract.ts';

const role = (name: string) => `arn:aws:iam::${platformAccount}:role/${name}`;
const dataPlane = role('shop-data-plane');

async function aKey(kms: KMSClient): Promise<string> {
  return (await kms.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
}

type Changes = Partial<CreateGrantCommandInput>;
const grant = (kms: KMSClient, KeyId: string, changes: Changes = {}) =>
  kms.send(
    new CreateGrantCommand({ KeyId, GranteePrincipal: dataPlane, Operations: ['Decrypt', 'CreateGrant'], ...changes }),
  );

const grants = async (kms: KMSClient, KeyId: string, more: Partial<ListGrantsCommandInput> = {}) =>
  (await kms.send(new ListGrantsCommand({ KeyId, ...more }))).Grants ?? [];

/** As ListGrants returns several ids. */
const idsOf = async (listed: ReturnType<typeof grants>) => (await listed).map(({ GrantId }) => GrantId).sort();

const cases: readonly Case<KMSClient>[] = [
  {
    name: 'CreateGrant returns an id and a token',
    run: async (kms) => {
      const { GrantId, GrantToken } = await grant(kms, await aKey(kms));
      return { GrantId, token: typeof GrantToken };
    },
    expected: { GrantId: expect.stringMatching(/^[0-9a-f]{64}$/), token: 'string' },
    except: {
      moto: {
        expected: { GrantId: expect.stringMatching(/^[0-9a-f]{8}$/), token: 'string' },
        aws: 'a GrantId has 64 characters',
      },
    },
  },
  {
    name: 'ListGrants returns the operations, grantee and constraints of a grant',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const Constraints = { EncryptionContextSubset: { team: 'acme' } };
      const { GrantId } = await grant(kms, KeyId, { Name: 'volumes', RetiringPrincipal: role('retirer'), Constraints });
      const [listed] = await grants(kms, KeyId);
      return {
        ...listed,
        isIt: listed?.GrantId === GrantId,
        isOfKey: KeyId.endsWith(`/${listed?.KeyId?.split('/').at(-1)}`),
      };
    },
    expected: expect.objectContaining({
      Name: 'volumes',
      GranteePrincipal: dataPlane,
      RetiringPrincipal: role('retirer'),
      Operations: ['Decrypt', 'CreateGrant'],
      Constraints: { EncryptionContextSubset: { team: 'acme' } },
      isIt: true,
      isOfKey: true,
    }),
  },
  {
    name: 'ListGrants returns who created a grant, and when',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      await grant(kms, KeyId);
      const [{ IssuingAccount, CreationDate } = {}] = await grants(kms, KeyId);
      return { IssuingAccount, CreationDate };
    },
    expected: { IssuingAccount: `arn:aws:iam::${platformAccount}:root`, CreationDate: expect.any(Date) },
    except: { moto: { expected: {}, aws: 'a grant has IssuingAccount and CreationDate' } },
  },
  {
    name: 'ListGrants names the key by its ARN',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      await grant(kms, KeyId);
      return (await grants(kms, KeyId))[0]?.KeyId === KeyId;
    },
    expected: true,
    except: {
      moto: { expected: false, aws: 'KeyId is the ARN of the key' },
    },
  },
  {
    name: 'CreateGrant returns the same grant for the same name, and another for another',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const ids = [];
      for (const Name of ['a', 'a', 'b']) ids.push((await grant(kms, KeyId, { Name })).GrantId);
      return [ids[0] === ids[1], ids[1] === ids[2], (await grants(kms, KeyId)).length];
    },
    expected: [true, false, 2],
    except: {
      moto: { expected: [false, false, 3], aws: 'a name makes CreateGrant idempotent' },
    },
  },
  {
    name: 'CreateGrant makes a grant each time where it has no name',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      await grant(kms, KeyId);
      await grant(kms, KeyId);
      return (await grants(kms, KeyId)).length;
    },
    expected: 2,
  },
  {
    name: 'ListGrants finds by id and by grantee',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const { GrantId } = await grant(kms, KeyId);
      const { GrantId: other } = await grant(kms, KeyId, { GranteePrincipal: role('other') });
      const byId = await idsOf(grants(kms, KeyId, { GrantId }));
      const byGrantee = await idsOf(grants(kms, KeyId, { GranteePrincipal: role('other') }));
      return [byId.length === 1 && byId[0] === GrantId, byGrantee.length === 1 && byGrantee[0] === other];
    },
    expected: [true, true],
    except: {
      moto: { expected: [true, false], aws: 'GranteePrincipal filters' },
    },
  },
  {
    name: 'ListGrants comes in pages',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const made = [];
      for (let n = 0; n < 3; n++) made.push((await grant(kms, KeyId)).GrantId);
      const first = await kms.send(new ListGrantsCommand({ KeyId, Limit: 2 }));
      const { NextMarker: Marker = '' } = first;
      const second = await kms.send(new ListGrantsCommand({ KeyId, Limit: 2, Marker }));
      const all = [...(first.Grants ?? []), ...(second.Grants ?? [])].map(({ GrantId }) => GrantId);
      return [first.Truncated, second.Truncated ?? false, all.sort().join() === made.sort().join()];
    },
    expected: [true, false, true],
    except: {
      moto: { expected: [false, false, false], aws: 'Limit and Marker page' },
    },
  },
  {
    name: 'RetireGrant ends a grant by its token',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const { GrantToken } = await grant(kms, KeyId, { RetiringPrincipal: role('shop-control-plane') });
      return [await refusal(kms.send(new RetireGrantCommand({ GrantToken }))), (await grants(kms, KeyId)).length];
    },
    expected: ['accepted', 0],
  },
  {
    name: 'RetireGrant ends a grant by key and id',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const { GrantId } = await grant(kms, KeyId, { RetiringPrincipal: role('shop-control-plane') });
      return [await refusal(kms.send(new RetireGrantCommand({ KeyId, GrantId }))), (await grants(kms, KeyId)).length];
    },
    expected: ['accepted', 0],
  },
  {
    name: 'RevokeGrant ends a grant, and finds it no more the second time',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      const { GrantId } = await grant(kms, KeyId);
      const once = await refusal(kms.send(new RevokeGrantCommand({ KeyId, GrantId })));
      return [
        once,
        (await grants(kms, KeyId)).length,
        await refusal(kms.send(new RevokeGrantCommand({ KeyId, GrantId }))),
      ];
    },
    expected: ['accepted', 0, 'NotFoundException'],
  },
  {
    name: 'CreateGrant refuses an unknown operation',
    run: async (kms) => refusal(grant(kms, await aKey(kms), { Operations: ['DeleteEverything' as 'Decrypt'] })),
    expected: 'ValidationException',
    except: {
      moto: { expected: 'accepted', aws: 'Operations is an enumeration' },
    },
  },
  {
    name: 'CreateGrant refuses a grantee that is not an ARN',
    run: async (kms) => refusal(grant(kms, await aKey(kms), { GranteePrincipal: 'somebody' })),
    expected: 'InvalidArnException',
    except: {
      moto: { expected: 'accepted', aws: 'GranteePrincipal is an ARN' },
      ministack: { expected: 'accepted', aws: 'GranteePrincipal is an ARN' },
    },
  },
  {
    name: 'CreateGrant does not find a missing key',
    run: async (kms) =>
      refusal(grant(kms, `arn:aws:kms:us-east-1:${platformAccount}:key/11111111-2222-4333-8444-555555555555`)),
    expected: 'NotFoundException',
    except: {
      moto: { expected: 'SyntaxError', aws: 'a missing key is a NotFoundException' },
    },
  },
  {
    name: 'CreateGrant as a dry run fails with DryRunOperationException, without effect',
    run: async (kms) => {
      const KeyId = await aKey(kms);
      return [await refusal(grant(kms, KeyId, { DryRun: true })), (await grants(kms, KeyId)).length];
    },
    expected: ['DryRunOperationException', 0],
    except: {
      moto: { expected: ['accepted', 1], aws: 'DryRun makes no grant' },
    },
  },
];

export const keyGrants: Contract<KMSClient> = { service: 'KMS grants', cases };
