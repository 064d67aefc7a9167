/** What surrounds every app and space of a team: its region and the team itself. */
import type { Team } from '#lib/store/teams.ts';
import type { Surroundings } from './app.ts';

export interface SurroundingsDeps {
  readonly teamById: (teamId: string) => Promise<Team | null>;
  readonly region: () => string;
}

export const surroundingsOf = async ({ teamById, region }: SurroundingsDeps, teamId: string): Promise<Surroundings> => ({
  region: region(),
  team: (await teamById(teamId)) ?? { id: teamId, name: teamId },
});
