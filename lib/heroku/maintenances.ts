/** The CLI's `data:maintenances`. */
import type { runMaintenance, scheduleMaintenance, setMaintenanceWindow } from '#lib/databases/maintenance.ts';
import { parseWindow } from '#lib/databases/maintenance-window.ts';
import { Problem } from '#lib/model/problem.ts';
import { maintenanceView, pastView, windowView } from './maintenance.ts';
import { addonNamed, appNamed, databasesOfApp, type FindDeps } from './resolve.ts';
import type { HerokuRequest, HerokuResponse } from './route.ts';

export type MaintenanceChangeDeps = FindDeps & {
  readonly setMaintenanceWindow: ReturnType<typeof setMaintenanceWindow>;
  readonly scheduleMaintenance: ReturnType<typeof scheduleMaintenance>;
  readonly runMaintenance: ReturnType<typeof runMaintenance>;
};

export const herokuMaintenanceReads = (deps: FindDeps) => ({
  listOfApp: async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const app = await appNamed(deps, teamId, path('app'));
    const databases = await databasesOfApp(deps, app);
    return { body: { maintenances: databases.map((database) => maintenanceView(database, app.id)) } };
  },
  get: async (request: HerokuRequest): Promise<HerokuResponse> => ({
    body: maintenanceView(await requireAddon(deps, request)),
  }),
  window: async (request: HerokuRequest): Promise<HerokuResponse> => ({
    body: windowView(await requireAddon(deps, request)),
  }),
  /** The CLI requests `history/`, and a route cannot end with a slash. */
  history: async (request: HerokuRequest): Promise<HerokuResponse> => {
    const rest = request.path('rest');
    if (rest.replace(/\/$/, '') !== 'history')
      throw new Problem('not_found', `Unknown resource of a maintenance: ${rest}.`);
    const database = await requireAddon(deps, request);
    const limit = Math.min(20, Math.max(1, Number(request.query.limit) || 5));
    return {
      body: {
        maintenances: (database.maintenance?.past ?? []).slice(0, limit).map((past) => pastView(database, past)),
      },
    };
  },
});

export const herokuMaintenanceChanges = (deps: MaintenanceChangeDeps) => ({
  setWindow: async (request: HerokuRequest<{ day_of_week: string; time_of_day: string }>): Promise<HerokuResponse> => {
    const { teamId, actor, body } = request;
    const { id } = await requireAddon(deps, request);
    const window = parseWindow(body.day_of_week, body.time_of_day);
    return { body: windowView(await deps.setMaintenanceWindow({ teamId, actor, database: id, window })) };
  },
  schedule: async (request: HerokuRequest<{ delay_weeks: string | number }>): Promise<HerokuResponse> => {
    const { teamId, actor, body } = request;
    const { id } = await requireAddon(deps, request);
    const { database, before } = await deps.scheduleMaintenance({
      teamId,
      actor,
      database: id,
      weeks: parseWeeks(body.delay_weeks),
    });
    return { body: { scheduled_for: database.maintenance?.scheduledFor ?? null, previously_scheduled_for: before } };
  },
  run: async (request: HerokuRequest): Promise<HerokuResponse> => {
    const { teamId, actor } = request;
    const { id } = await requireAddon(deps, request);
    return { body: maintenanceView(await deps.runMaintenance({ teamId, actor, database: id })), status: 202 };
  },
});

/** The text that `redis:maintenance` of older CLIs prints. */
export const herokuMaintenanceMessage =
  (deps: FindDeps) =>
  async ({ teamId, path }: HerokuRequest): Promise<HerokuResponse> => {
    const { addon, status } = maintenanceView(await addonNamed(deps, teamId, path('database')));
    return { body: { message: `Maintenance window: ${addon.window}. Status: ${status}.` } };
  };

const requireAddon = (deps: FindDeps, { teamId, path }: HerokuRequest) => addonNamed(deps, teamId, path('addon'));

/** Throws `invalid_request`. */
function parseWeeks(text: string | number): number {
  const weeks = Number(text);
  if (Number.isInteger(weeks)) return weeks;
  throw new Problem('invalid_request', `${text} is not a whole number of weeks.`);
}
