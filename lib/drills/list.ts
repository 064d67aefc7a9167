/** Lists the drills of a team, or of one of its keys. */
import type { Drill } from '#lib/model/drill.ts';
import type { ListQuery, Page } from '#lib/model/page.ts';
import type { Needs } from '#lib/model/ports.ts';

/** Newest first. With a key, a page may be short. */
export const listDrills =
  (deps: Needs<'listDrills'>) =>
  async (teamId: string, keyId: string | undefined, query: ListQuery): Promise<Page<Drill>> => {
    const page = await deps.listDrills(teamId, query);
    return { ...page, items: page.items.filter((drill) => keyId === undefined || drill.keyId === keyId) };
  };
