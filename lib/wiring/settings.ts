/** Settings and clocks of a deployment that several domains take as arguments. */
import { setTimeout as sleep } from 'node:timers/promises';
import { platformKeyConfig, sweepConfig, webhookConfig } from '#lib/config.ts';
import type { TargetRules } from '#lib/model/webhook-url.ts';

export const platformKey = () => ({ platformKeyArn: () => platformKeyConfig().PLATFORM_KEY_ARN });

export const pauseSeconds = (seconds: number): Promise<void> => sleep(seconds * 1000);
export const pauseMilliseconds = (milliseconds: number): Promise<void> => sleep(milliseconds);

export const minutesWithEvents = (): number => sweepConfig().SWEEP_MINUTES_WITH_EVENTS;

export const targetRules = (): TargetRules => ({ isLoopbackAllowed: webhookConfig().WEBHOOK_LOOPBACK === 'allow' });
