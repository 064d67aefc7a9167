/** Port pairs on 127.0.0.1: the plain port, and the next one for TLS. A pair is a server's for its life. */
import { createServer } from 'node:net';

const host = '127.0.0.1';
const lastPort = 65534;

/** The first pair from `firstPort` up that no server has and nothing listens on. Throws where there is none. */
export async function allocatePair(
  firstPort: number,
  taken: ReadonlySet<number>,
  isFree = portIsFree,
): Promise<number> {
  for (let port = firstPort; port <= lastPort; port += 2) {
    if (taken.has(port) || taken.has(port + 1)) continue;
    if ((await isFree(port)) && (await isFree(port + 1))) return port;
  }
  throw new Error(`No two neighbouring ports are free from ${firstPort} up.`);
}

/** A free port that the operating system selects. */
export const anyFreePort = async (): Promise<number> => (await listenOnce(0)) ?? 0;

const portIsFree = async (port: number): Promise<boolean> => (await listenOnce(port)) !== null;

function listenOnce(port: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(null));
    server.listen(port, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : null));
    });
  });
}
