/** Looks up plans, and checks which plans suit which apps. */
import type { App } from '#lib/model/app.ts';
import { type Plan, planNamed, plans } from '#lib/model/plans.ts';
import { invalidValue, Problem } from '#lib/model/problem.ts';

/** Throws `invalid_request`. */
export function planOf(name: string): Plan {
  const plan = planNamed(name);
  if (plan) return plan;
  throw invalidValue(
    '/plan',
    `There is no plan ${name}. Choose one of ${plans.map((known) => known.name).join(', ')}.`,
    'Unknown plan',
  );
}

/** Throws `plan_unsupported`. `subject` is followed by the needed memory, as in `the data of cache may need`. */
export function assertMemory(
  plan: Plan,
  neededMiB: number,
  { subject, advice = 'Choose a plan that is at least as large.' }: { subject: string; advice?: string },
): void {
  if (plan.memoryMb >= neededMiB) return;
  throw new Problem(
    'plan_unsupported',
    `Plan ${plan.name} has ${plan.memoryMb} MiB, and ${subject} ${neededMiB} MiB. ${advice}`,
    { plan: plan.name },
  );
}

/** Throws `plan_unsupported`: private and shield databases require TLS, as on Heroku. */
export function assertPlaintext(plan: Plan): void {
  if (plan.tier === 'common') return;
  throw new Problem(
    'plan_unsupported',
    `Plan ${plan.name} requires TLS. Leave out allowPlaintext, or choose a mini or premium plan.`,
    { plan: plan.name },
  );
}

/** Throws `plan_unsupported`: customer keys need a private or shield plan, and such a plan a space of its tier. */
export function assertPlanFits(plan: Plan, app: App, withKey: boolean): void {
  if (withKey && plan.tier === 'common') {
    throw new Problem(
      'plan_unsupported',
      `Plan ${plan.name} cannot use a customer key. Choose a private or shield plan, such as private-7.`,
      { plan: plan.name },
    );
  }
  if (plan.tier === app.tier || plan.tier === 'common') return;
  const where = app.space ? `in the ${app.tier} space ${app.space.name}` : 'in no space';
  throw new Problem(
    'plan_unsupported',
    `Plan ${plan.name} needs an app in a ${plan.tier} space, but app ${app.name} is ${where}. ` +
      `Create the app in a ${plan.tier} space, or choose a plan of its tier.`,
    { plan: plan.name, app: app.name },
  );
}
