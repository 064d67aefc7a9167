/** The region and the team that views of apps and spaces contain. */
import type { Needs } from '#lib/model/ports.ts';
import type { TeamContext } from './app.ts';

export type TeamContextDeps = Needs<'teamById'> & {
  readonly region: () => string;
};

/** Copies only the team's id and name, because its row has attributes that clients must not see. */
export const teamContextOf = async ({ teamById, region }: TeamContextDeps, teamId: string): Promise<TeamContext> => ({
  region: region(),
  team: { id: teamId, name: (await teamById(teamId))?.name ?? teamId },
});
