/** What surrounds every app and space of a team: its region and the team itself. */
import type { Needs } from '#lib/model/ports.ts';
import type { Surroundings } from './app.ts';

export type SurroundingsDeps = Needs<'teamById'> & {
  readonly region: () => string;
};

/** Only the team's id and name; its row has attributes that clients must not see. */
export const surroundingsOf = async (
  { teamById, region }: SurroundingsDeps,
  teamId: string,
): Promise<Surroundings> => ({
  region: region(),
  team: { id: teamId, name: (await teamById(teamId))?.name ?? teamId },
});
