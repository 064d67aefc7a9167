/** Every minute: followers and promotions are looked after. */
import { workflows } from '#lib/aws/workflows.ts';
import { watchForks } from '#lib/databases/fork-watch.ts';
import { listener } from '#lib/edge/listener.ts';
import { watchedStore } from '#lib/store/watched.ts';
import { rotating } from '#lib/wiring/databases.ts';

export const handler = listener(() => watchForks({ ...watchedStore(), ...rotating(), ...workflows() }));
