/**
 * AWS's clients as they are bundled, compared with the complete ones: they send the same requests, and parse the same
 * responses.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { transfers } from '#lib/aws/backup-transfers.ts';
import { removeObject } from '#lib/aws/backups.ts';
import { checkpointObjects } from '#lib/aws/checkpoints.ts';
import * as ec2 from '#lib/aws/ec2.ts';
import { ecsServices } from '#lib/aws/ecs.ts';
import { commands } from '#lib/aws/ssm.ts';
import type { SealedCheckpoint } from '#lib/model/checkpoint.ts';
import { bundleSource } from '../../../scripts/deploy/bundle.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const clients = { ec2, commands, ecsServices, transfers, checkpointObjects, removeObject };

/** With more members than the driver reads, as EC2 responds. */
const instance = `<instancesSet><item><instanceId>i-0a1</instanceId><imageId>ami-1</imageId>
  <instanceState><code>80</code><name>stopped</name></instanceState>
  <productCodes><item><productCode>x</productCode></item></productCodes>
  <stateReason><code>Client.InvalidKMSKey.InvalidState</code><message>The KMS key is off</message></stateReason>
  <launchTime>2026-11-01T10:00:00.000Z</launchTime><privateIpAddress>10.0.0.7</privateIpAddress>
  <placement><availabilityZone>us-east-1a</availabilityZone></placement>
  <blockDeviceMapping><item><deviceName>/dev/sdf</deviceName>
    <ebs><volumeId>vol-1</volumeId><status>attached</status></ebs></item></blockDeviceMapping>
  <networkInterfaceSet><item><networkInterfaceId>eni-1</networkInterfaceId></item></networkInterfaceSet>
  <tagSet><item><key>latchkey:server</key><value>srv_1</value></item>
    <item><key>other</key><value/></item></tagSet></item></instancesSet>`;
const responses: Readonly<Record<string, string>> = {
  RunInstances: instance,
  DescribeInstances: `<reservationSet><item><reservationId>r-1</reservationId><ownerId>210987654321</ownerId>
    ${instance}</item></reservationSet>`,
  DescribeVolumes: `<volumeSet><item><volumeId>vol-1</volumeId><size>8</size><status>available</status>
    <iops>3000</iops></item></volumeSet>`,
  'uploads=': `<ListMultipartUploadsResult><Bucket>backups</Bucket>
    <Upload><Key>team/backup</Key><UploadId>u-1</UploadId>
    <Initiator><ID>i</ID></Initiator><StorageClass>STANDARD</StorageClass>
    <Initiated>2026-11-01T10:00:00.000Z</Initiated></Upload>
    </ListMultipartUploadsResult>`,
  'uploadId=':
    '<ListPartsResult><Part><PartNumber>1</PartNumber><ETag>"e-1"</ETag><Size>9</Size></Part></ListPartsResult>',
  checkpoints: JSON.stringify({ statement: { team: 'team_1' }, signature: 's' }),
  SendCommand: JSON.stringify({ Command: { CommandId: 'c-1', Comment: 'x', Targets: [], RequestedDateTime: 1.5 } }),
  ListCommandInvocations: JSON.stringify({
    CommandInvocations: [
      {
        ...{ CommandId: 'c-1', InstanceId: 'i-0a1', Status: 'Failed', StatusDetails: 'Failed', TraceOutput: '' },
        RequestedDateTime: 1_793_527_200,
        CommandPlugins: [{ Name: 'x', ResponseCode: 12, ResponseFinishDateTime: 1_793_527_260.5, Output: 'done' }],
      },
    ],
  }),
  UpdateService: JSON.stringify({
    service: { serviceName: 'web', deployments: [{ id: 'd-1', desiredCount: 1 }], events: [] },
  }),
};
const refused =
  '<Response><Errors><Error><Code>IncorrectInstanceState</Code><Message>It is ' +
  'gone</Message></Error></Errors></Response>';

const heard: string[] = [];
const server = createServer(async (request, response) => {
  const body = await text(request);
  const target = request.headers['x-amz-target'];
  const action = /Action=(\w+)/.exec(body)?.[1] ?? String(target ?? ` .${s3Answer(request.url)}`).split('.')[1] ?? '';
  const headers = Object.entries(request.headers).filter(([name]) => isOfOperation(name));
  heard.push(withoutTime(`${action} ${request.method} ${request.url} ${JSON.stringify(headers)} ${body}`));
  const fails = body.includes('i-gone');
  const answer = responses[action] ?? '<return>true</return>';
  response.writeHead(fails ? 400 : 200, { 'x-amz-meta-memory-bytes': '9000', 'x-amz-version-id': 'v-1' });
  const isWhole = answer.startsWith('{') || answer.includes('Result>');
  response.end(fails ? refused : isWhole ? answer : `<${action}Response>${answer}</${action}Response>`);
});

/**
 * Members of S3's requests are headers. The time and the SDK's statistics differ between any two requests, and so does
 * the digest of a body that has presigned URLs.
 */
const isOfOperation = (name: string): boolean => /^(x-amz-(?!date|user-agent|content-sha256)|content-|if-)/.test(name);
const withoutTime = (request: string): string => request.replace(/X-Amz-(Date|Signature)=[^&\s"]+/g, 'X-Amz-$1=…');

/** The name of the answer to a request to S3. */
const s3Answer = (url = ''): string => Object.keys(responses).find((name) => url.includes(name)) ?? '';

let folder: string;
let bundled: typeof clients;
const before = { ...process.env };

beforeAll(async () => {
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  folder = mkdtempSync(join(tmpdir(), 'latchkey-clients-'));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'a',
    AWS_SECRET_ACCESS_KEY: 'b',
    ...{ BACKUP_BUCKET: 'backups', BACKUP_KEEP_COUNT: '7', BACKUP_KEEP_DAYS: '35' },
  });
  const file = join(folder, 'clients.mjs');
  const source = `export * as ec2 from './lib/aws/ec2.ts'; export { ecsServices } from './lib/aws/ecs.ts';
    export { transfers } from './lib/aws/backup-transfers.ts';
    export { checkpointObjects } from './lib/aws/checkpoints.ts';
    export { removeObject } from './lib/aws/backups.ts'; export { commands } from './lib/aws/ssm.ts';`;
  writeFileSync(file, await bundleSource(root, source));
  bundled = (await import(pathToFileURL(file).href)) as typeof clients;
});

afterAll(() => {
  process.env = before;
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true, force: true });
});

/** The result, and the requests that were sent. */
async function outcome(work: () => Promise<unknown>): Promise<unknown> {
  heard.length = 0;
  const result = await work().catch(({ name, code }: { name: string; code?: string }) => ({ name, code }));
  return { result, sent: [...heard] };
}

const launch = {
  ...{
    token: 'launch-1',
    image: 'resolve:ssm:/an/image',
    instanceType: 't4g.small',
    subnetId: 'subnet-1',
    securityGroupIds: ['sg-1', 'sg-2'],
  },
  ...{
    instanceProfile: 'arn:aws:iam::210987654321:instance-profile/server',
    keyArn: 'arn:aws:kms:us-east-1:111122223333:key/k',
    dataGiB: 20,
  },
  ...{ userData: '#!/bin/sh\n', tags: { 'latchkey:server': 'srv_1', 'latchkey:team': 'team_1' } },
};

const order = { instanceIds: ['i-0a1'], comment: 'a job', script: 'one\ntwo', withinSeconds: 60 };
const upload = {
  backup: {
    ...{ backupId: 'bak_1', teamId: 'team_1', databaseId: 'db_1', objectKey: 'team/backup' },
    keyArn: 'arn:aws:kms:us-east-1:111122223333:key/k',
  },
  ...{ bytes: 2500, memoryBytes: 9000, partBytes: 1000 },
};
const checkpoint = {
  statement: { team: 'team_1', sealedAt: '2026-11-01T10:00:00.000Z' },
  signature: 's',
} as unknown as SealedCheckpoint;

describe('a client that is cut down', () => {
  it.each([
    ['run', (of: typeof clients) => of.ec2.run(launch)],
    ['withTag', (of: typeof clients) => of.ec2.withTag('latchkey:server', ['srv_1', 'srv_2'])],
    ['start', (of: typeof clients) => of.ec2.start(['i-0a1', 'i-0a2'])],
    ['stop', (of: typeof clients) => of.ec2.stop(['i-0a1'])],
    ['stop, refused', (of: typeof clients) => of.ec2.stop(['i-gone'])],
    ['terminate', (of: typeof clients) => of.ec2.terminate(['i-0a1'])],
    ['tag', (of: typeof clients) => of.ec2.tag(['i-0a1'], { 'latchkey:stopped': 'now' })],
    ['volumesWithTag', (of: typeof clients) => of.ec2.volumesWithTag('latchkey:server', 'srv_1')],
    ['deleteVolume', (of: typeof clients) => of.ec2.deleteVolume('vol-1')],
    ['send', (of: typeof clients) => of.commands().send(order)],
    ['runsOf', (of: typeof clients) => of.commands().runsOf('c-1')],
    [
      'forceNewDeployment',
      (of: typeof clients) => of.ecsServices().forceNewDeployment({ cluster: 'apps', service: 'web' }),
    ],
  ])('does %s as the whole one does', async (_name, call) => {
    const whole = (await outcome(() => call(clients))) as { sent: string[] };
    expect(whole.sent).toHaveLength(1);
    expect(await outcome(() => call(bundled))).toEqual(whole);
  });

  it.each([
    ['find', 1, (of: typeof clients) => of.transfers().find('team/backup')],
    ['beginUpload', 2, (of: typeof clients) => of.transfers().beginUpload(upload).then(withoutTime)],
    ['completeUpload', 4, (of: typeof clients) => of.transfers().completeUpload('team/backup')],
    ['readCheckpoint', 1, (of: typeof clients) => of.checkpointObjects().readCheckpoint('team_1')],
    ['storeCheckpoint', 2, (of: typeof clients) => of.checkpointObjects().storeCheckpoint(checkpoint)],
    ['removeObject', 1, (of: typeof clients) => of.removeObject('team/backup')],
  ])('does %s as the whole one does, in S3', async (_name, requests, call) => {
    const whole = (await outcome(() => call(clients))) as { sent: string[] };
    expect(whole.sent).toHaveLength(requests);
    expect(await outcome(() => call(bundled))).toEqual(whole);
  });

  it('parses the members of S3’s responses that are read', async () => {
    expect(await bundled.transfers().find('team/backup')).toMatchObject({ memoryBytes: 9000 });
    expect(await bundled.transfers().completeUpload('team/backup')).toBe(true);
    expect(await bundled.checkpointObjects().readCheckpoint('team_1')).toMatchObject({ signature: 's' });
  });

  it('parses the members of a command’s result that the driver reads', async () => {
    expect(await bundled.commands().send(order)).toBe('c-1');
    expect(await bundled.commands().runsOf('c-1')).toEqual([
      {
        ...{ instanceId: 'i-0a1', state: 'ended', exitCode: 12, output: 'done' },
        endedAt: new Date(1_793_527_260_500),
      },
    ]);
  });

  it('parses the members of an instance that the driver reads', async () => {
    expect(await bundled.ec2.withTag('latchkey:server', ['srv_1'])).toEqual([
      {
        ...{
          instanceId: 'i-0a1',
          state: 'stopped',
          stateReason: 'Client.InvalidKMSKey.InvalidState',
          privateIp: '10.0.0.7',
        },
        ...{ launchedAt: new Date('2026-11-01T10:00:00.000Z'), tags: { 'latchkey:server': 'srv_1', other: '' } },
      },
    ]);
  });
});
