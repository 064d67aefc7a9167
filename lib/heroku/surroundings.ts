/** What surrounds every app and space of a team: its region and the team itself. */
import type { Team } from '#lib/store/teams.ts';
import type { Surroundings } from './app.ts';

export interface SurroundingsDeps {
  readonly teamById: (teamId: string) => Promise<Team | null>;
  readonly region: () => string;
}

/** The team by what a client may know of it: its row has more. */
export const surroundingsOf = async ({ teamById, region }: SurroundingsDeps, teamId: string): Promise<Surroundings> => ({
  region: region(),
  team: { id: teamId, name: (await teamById(teamId))?.name ?? teamId },
});
