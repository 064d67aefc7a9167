/** Changes of the packaged template, for tests of missing permissions. */
import { ofType, type Resource, type Template } from '#local/stack/template.ts';
import { type Right, rights } from '../../scripts/deploy/rights.ts';

const withResource = ({ resources }: Template, logicalId: string, resource: Resource): Template => ({
  resources: new Map([...resources, [logicalId, resource]]),
});

/** Changes the properties of one resource. Throws if there is none. */
export function withProperties(
  template: Template,
  logicalId: string,
  change: (properties: Resource['properties']) => Resource['properties'],
): Template {
  const resource = template.resources.get(logicalId);
  if (!resource) throw new Error(`The template has no ${logicalId}`);
  return withResource(template, logicalId, { ...resource, properties: change(resource.properties) });
}

/** Without the resources of a type that the condition holds for; throws if there is none. */
export function without(template: Template, type: string, isRemoved: (logicalId: string) => boolean): Template {
  const removed = new Set(ofType(template, type).flatMap(([logicalId]) => (isRemoved(logicalId) ? [logicalId] : [])));
  if (removed.size === 0) throw new Error(`The template has no such ${type}`);
  return { resources: new Map([...template.resources].filter(([logicalId]) => !removed.has(logicalId))) };
}

interface Statement {
  readonly Action: string | readonly string[];
}

interface Policy {
  readonly PolicyDocument: { readonly Statement: readonly Statement[] };
}

/** The properties of a role without some actions in its policies; a statement without actions goes. */
export function withoutActions(role: Resource['properties'], actions: readonly string[]): Resource['properties'] {
  const Policies = (role.Policies as readonly Policy[]).map(({ PolicyDocument, ...policy }) => ({
    ...policy,
    PolicyDocument: {
      ...PolicyDocument,
      Statement: PolicyDocument.Statement.map((statement) => ({
        ...statement,
        Action: [statement.Action].flat().filter((action) => !actions.includes(action)),
      })).filter(({ Action }) => Action.length > 0),
    },
  }));
  return { ...role, Policies };
}

/** Without the statement of a name, in the policy of a topic, queue or key. */
export const withoutStatement = (template: Template, logicalId: string, sid: string): Template =>
  withProperties(template, logicalId, (properties) => {
    const member = 'KeyPolicy' in properties ? 'KeyPolicy' : 'PolicyDocument';
    const document = properties[member] as { readonly Statement: readonly { readonly Sid?: string }[] };
    const Statement = document.Statement.filter(({ Sid }) => Sid !== sid);
    if (Statement.length === document.Statement.length) throw new Error(`${logicalId} has no statement ${sid}`);
    return { ...properties, [member]: { ...document, Statement } };
  });

/** The function's logical id, as osls makes it of its key. */
const functionId = (key: string): string => `${key.charAt(0).toUpperCase()}${key.slice(1)}LambdaFunction`;

/** Gives a function a role of its own, without the actions of a right: functions with equal rights share a role. */
export function withoutRight(template: Template, key: string, right: Right): Template {
  const { Role } = template.resources.get(functionId(key))?.properties ?? {};
  const [roleId = ''] = (Role as { 'Fn::GetAtt': string[] })['Fn::GetAtt'];
  const role = template.resources.get(roleId);
  if (!role) throw new Error(`The template has no role of ${key}`);
  const own = `RoleOf${key}`;
  const actions = rights[right].flatMap(({ Action }): readonly string[] => Action);
  const added = withResource(template, own, { ...role, properties: withoutActions(role.properties, actions) });
  return withProperties(added, functionId(key), (properties) => ({
    ...properties,
    Role: { 'Fn::GetAtt': [own, 'Arn'] },
  }));
}
