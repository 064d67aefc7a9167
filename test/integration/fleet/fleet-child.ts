/** A control plane to be killed: `node fleet-child.ts <fleet folder> <memory folder> <first port> <verb>…` on srv_1; prints `ready`, stays. */
import { createProcessFleet } from '#lib/fleet/process/index.ts';
import { createFakeKms } from './fake-kms.ts';

const [dir = '', memoryDir = '', firstPort = '', ...verbs] = process.argv.slice(2);
const fleet = createProcessFleet({ dir, memoryDir, firstPort: Number(firstPort), kms: createFakeKms() });
for (const verb of verbs) {
  if (verb === 'startServices' || verb === 'stopServices' || verb === 'startServers' || verb === 'stopServers')
    await fleet[verb](['srv_1']);
}
process.stdout.write('ready\n');
setInterval(() => undefined, 1000);
