/** The customer makes a key in their own account, with the policy that Latchkey hands out. */
import type { Play } from '../world.ts';

export async function theKey({ stage, world }: Play): Promise<string> {
  stage.chapter(
    'A key of their own',
    'The customer makes a KMS key in their own AWS account. Its policy, a template of Latchkey, lets the platform ' +
      'use the key for this one team. Only the customer can change it.',
  );
  const template = await stage.do(world.api.get('/v1/key-policy', 'GET /v1/key-policy > key-policy.json'));
  const keyArn = await stage.do(world.keys.createKey(template));
  stage.show(`CMK_ARN=${keyArn.slice(0, 53)}…`);
  await stage.do(world.keys.enableRotation(keyArn));
  return keyArn;
}
