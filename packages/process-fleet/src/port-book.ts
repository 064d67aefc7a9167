/** Allocates ports: recorded ones, and those reserved for servers that are being launched. */
import pLimit from 'p-limit';
import { allocatePair } from './ports.ts';
import { serverIdsIn } from './record.ts';
import { findServer, type Machine } from './server.ts';

export interface PortBook {
  /** The first port of a free pair. */
  take(): Promise<number>;
  release(port: number): void;
}

/** Reads the records once, at the first launch. */
export function createPortBook(machine: Machine): PortBook {
  let taken: Set<number> | undefined;
  const allocation = pLimit(1);
  return {
    take: () =>
      allocation(async () => {
        taken ??= await portsOnRecord(machine);
        const port = await allocatePair(machine.firstPort, taken);
        taken.add(port).add(port + 1);
        return port;
      }),
    release: (port) => {
      taken?.delete(port);
      taken?.delete(port + 1);
    },
  };
}

async function portsOnRecord(machine: Machine): Promise<Set<number>> {
  const ports = new Set<number>();
  for (const serverId of serverIdsIn(machine.dir)) {
    const server = await findServer(machine, serverId);
    if (server) ports.add(server.record.port).add(server.record.tlsPort);
  }
  return ports;
}
