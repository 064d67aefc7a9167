/** What surrounds every app and space of a team: its region and the team itself. */
import type { Team } from '#lib/model/team.ts';
import type { Surroundings } from './app.ts';

export interface SurroundingsDeps {
  readonly teamById: (teamId: string) => Promise<Team | null>;
  readonly region: () => string;
}

/** Only the team's id and name; its row has attributes that clients must not see. */
export const surroundingsOf = async (
  { teamById, region }: SurroundingsDeps,
  teamId: string,
): Promise<Surroundings> => ({
  region: region(),
  team: { id: teamId, name: (await teamById(teamId))?.name ?? teamId },
});
