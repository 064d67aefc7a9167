/** Roles of the template that their service may not assume: the deployment fails, as on AWS. */
import { describe, expect, it } from '@jest/globals';
import type { Template } from '#local/stack/template.ts';
import { aPlatform } from '#test/support/cloud.ts';
import { withProperties } from '#test/support/template.ts';

describe('a role that its service may not assume', () => {
  it.each([
    { role: 'MachineRole', refusal: /states\.amazonaws\.com, nor the regional one is authorized to assume/ },
    { role: 'Role', refusal: /cannot be assumed by Lambda/ },
  ])('is refused at the start: $role', async ({ role, refusal }) => {
    const change = (template: Template) => {
      const id = [...template.resources.keys()].find((each) => each === role || /^Role[0-9A-F]{8}$/.test(each)) ?? '';
      return withProperties(template, role === 'Role' ? id : role, (properties) => ({
        ...properties,
        AssumeRolePolicyDocument: {
          Version: '2012-10-17',
          Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
        },
      }));
    };

    await expect(aPlatform({ change })).rejects.toThrow(refusal);
  });
});
