/**
 * Holds a folder's lock, a port and a lot of memory, until it is killed: `node lock-child.ts <folder>` then prints the
 * port.
 */
import { createServer } from 'node:net';
import { lockFolder } from '../../src/lock.ts';

const memory = Buffer.alloc(300 * 1024 * 1024, 1);
await lockFolder(process.argv[2] ?? '', 'The emulator');
const server = createServer().listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.stdout.write(`${typeof address === 'object' ? address?.port : memory.length}\n`);
});
