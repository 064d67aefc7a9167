/** The address of an item in the table. Items of a team share a partition, so that no read can reach another team. */
export interface Address {
  readonly pk: string;
  readonly sk: string;
}

export const teamPartition = (teamId: string) => `TEAM#${teamId}`;
export const inTeam = (teamId: string, sk: string): Address => ({ pk: teamPartition(teamId), sk });
