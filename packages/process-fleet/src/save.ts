/** A verified save: the snapshot is new, complete, and has every acknowledged write. */
import { open, stat } from 'node:fs/promises';
import { nullIfAbsent } from './atomic-file.ts';
import { FleetFailure } from './failure.ts';
import type { Proof } from './port.ts';
import { RedisRefusal } from './redis-exchange.ts';
import type { Server } from './server.ts';
import { lastWarning, type Service, send } from './service-process.ts';
import { until } from './wait.ts';

/** The time limit of a save. After it, the append-only file has the data, and the service is ended. */
const saveWithinMs = 60_000;
const backgroundSaveMs = 20_000;

/**
 * Saves, verifies the save, and returns its proof. Throws `save_failed` with the service's own reason.
 * Clients must be shut out, or later writes are not in it.
 */
export async function saveVerified(
  server: Server,
  service: Service,
): Promise<Required<Pick<Proof, 'savedAt' | 'snapshotBytes'>>> {
  await awaitBackgroundSave(server, service);
  const before = await identityOf(server.places.rdb);
  await send(server, { ...service, withinMs: saveWithinMs }, [['SAVE']]).catch(async (error: unknown) => {
    throw error instanceof RedisRefusal ? await saveFailed(server, error) : error;
  });
  const [savedAt, persistence] = await send(server, service, [['LASTSAVE'], ['INFO', 'persistence']]);
  const faults: readonly (readonly [boolean, string])[] = [
    [infoNumber(persistence, 'rdb_changes_since_last_save') !== 0, 'writes came after it'],
    [(await identityOf(server.places.rdb)) === before, 'the snapshot is the old one'],
  ];
  const fault = faults.find(([found]) => found)?.[1] ?? (await faultOfSnapshot(server.places.rdb));
  if (fault) throw new FleetFailure('save_failed', `The service says it saved, but ${fault}.`);
  return {
    savedAt: new Date(Number(savedAt) * 1000).toISOString(),
    snapshotBytes: (await stat(server.places.rdb)).size,
  };
}

/** Redis responds to SAVE with a generic error, and logs the reason. */
async function saveFailed(server: Server, refusal: RedisRefusal): Promise<FleetFailure> {
  const reason = refusal.message === 'ERR' ? await lastWarning(server) : refusal.message;
  return new FleetFailure('save_failed', `The service could not save: ${reason}`, { cause: refusal });
}

async function awaitBackgroundSave(server: Server, service: Service): Promise<void> {
  const idle = await until(backgroundSaveMs, async () => {
    const [info] = await send(server, service, [['INFO', 'persistence']]);
    return infoNumber(info, 'rdb_bgsave_in_progress') === 0 || undefined;
  });
  if (!idle) throw new FleetFailure('save_failed', 'Another save has not ended.');
}

/** A save writes a new file and renames it over the old one. */
export async function identityOf(path: string): Promise<string | null> {
  const found = await nullIfAbsent(stat(path, { bigint: true }));
  return found && `${found.ino}/${found.mtimeNs}`;
}

/**
 * A snapshot starts with its magic word and version, and ends with the end mark and a checksum of 8 bytes (RDB version
 * 5 and later).
 */
export async function faultOfSnapshot(path: string): Promise<string | null> {
  const file = await nullIfAbsent(open(path, 'r'));
  if (!file) return 'the snapshot is not there';
  try {
    const { size } = await file.stat();
    if (size < 18) return 'the snapshot is too short';
    const head = (await file.read(Buffer.alloc(9), 0, 9, 0)).buffer.toString('latin1');
    if (!/^(REDIS|VALKEY)\d+$/.test(head)) return 'the snapshot does not begin as one';
    const [mark] = (await file.read(Buffer.alloc(1), 0, 1, size - 9)).buffer;
    return mark === 0xff ? null : 'the snapshot is cut off';
  } finally {
    await file.close();
  }
}

/** A text field of an INFO section. */
export const infoWord = (info: unknown, field: string): string | null =>
  new RegExp(`^${field}:([^\\r\\n]*)`, 'm').exec(String(info ?? ''))?.[1] ?? null;

/** A numeric field of an INFO section. */
export function infoNumber(info: unknown, field: string): number | null {
  const [, value] = new RegExp(`^${field}:(\\d+)`, 'm').exec(String(info ?? '')) ?? [];
  return value ? Number(value) : null;
}

/** Whether the append-only file of an INFO section is complete: Redis begins it anew after each copy of a leader. */
export const isAppendOnlyComplete = (info: unknown): boolean =>
  infoNumber(info, 'aof_rewrite_in_progress') === 0 && infoNumber(info, 'aof_rewrite_scheduled') === 0;
