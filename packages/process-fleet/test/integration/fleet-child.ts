/**
 * A control plane to be killed: `node fleet-child.ts <fleet folder> <memory folder> <first port> <verb>…` prints
 * `begins`, runs the verbs on srv_1, prints `ready`. With `forever` as the last word it runs them again and again.
 */

import { dirname, join } from 'node:path';
import { createProcessFleet } from '../../src/index.ts';
import { createFakeKms } from '../../test-support/fake-kms.ts';
import { tlsFilesIn } from '../../test-support/tls.ts';

const [dir = '', memoryDir = '', firstPort = '', ...words] = process.argv.slice(2);
const verbs = ['stopServices', 'stopServers', 'startServers', 'startServices'] as const;
const fleet = createProcessFleet({
  ...{ dir, memoryDir, firstPort: Number(firstPort), kms: createFakeKms() },
  tls: tlsFilesIn(join(dirname(dir), 'tls')),
  applicationRights: '~* &* +@all -@admin -migrate',
  digestPageScript: '',
});

process.stdout.write('begins\n');
do {
  for (const word of words) for (const verb of verbs) if (verb === word) await fleet[verb](['srv_1']);
} while (words.at(-1) === 'forever');
process.stdout.write('ready\n');
setInterval(() => undefined, 1000);
