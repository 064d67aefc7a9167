/** The keys of an ARN. */
import type { Key } from '#lib/model/key.ts';
import type { Needs } from '#lib/model/ports.ts';

/** The team's key of this ARN, as a list of one or none. Another team's key is not returned. */
export const keysByArn =
  ({ keyById, ownerOf }: Needs<'keyById' | 'ownerOf'>) =>
  async (teamId: string, arn: string): Promise<Key[]> => {
    const owner = await ownerOf(arn);
    const key = owner?.teamId === teamId ? await keyById(teamId, owner.keyId) : null;
    return key ? [key] : [];
  };
