/**
 * Tests the start of a stopped server up to the decision of KMS, which decrypts the volume's data key or refuses. The
 * key is discarded at once.
 */

import { FleetFailure } from './failure.ts';
import type { Opening } from './port.ts';
import { isRunning, type Machine, requireServer } from './server.ts';
import { dataKeyOf } from './server-lifecycle.ts';
import { requestIdOf } from './volume-kms.ts';

export async function tryToOpen(machine: Machine, serverId: string): Promise<Opening> {
  try {
    const server = await requireServer(machine, serverId);
    if (await isRunning(server)) return { serverId, answer: 'not_tried', error: null, requestId: null };
    (await dataKeyOf(server)).fill(0);
    return { serverId, answer: 'opened', error: null, requestId: null };
  } catch (error) {
    if (!(error instanceof FleetFailure)) throw error;
    const { cause, reason } = error;
    const name = cause instanceof Error ? cause.name : null;
    return {
      serverId,
      answer: reason === 'key_unusable' ? 'refused' : 'unanswered',
      error: name,
      requestId: requestIdOf(cause),
    };
  }
}
