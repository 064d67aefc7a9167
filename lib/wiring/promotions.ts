/** The steps of a promotion, joined with a deployment's table, KMS, fleet and what restarts apps. */
import { caughtUp, pauseWrites as pauseServers, promote, resumeWrites as resumeServers } from '#fleet';
import { moveAttachment } from '#lib/databases/promote-attachment.ts';
import { resumeLeaderWrites, undoPromotion } from '#lib/databases/promote-end.ts';
import {
  awaitLastWrite,
  confirmCatchUp,
  makeLeader,
  type PromotionDeps,
  pauseLeaderWrites,
  restartPromotedApp,
} from '#lib/databases/promote-steps.ts';
import { restart } from './apps.ts';
import { serverPorts } from './databases.ts';
import { pauseMilliseconds } from './settings.ts';

const ports = (): PromotionDeps => ({
  ...serverPorts({ caughtUp, pauseWrites: pauseServers, promote, resumeWrites: resumeServers }),
  restartApp: restart(),
  pause: pauseMilliseconds,
});

export const confirm = () => confirmCatchUp(ports());
export const pauseWrites = () => pauseLeaderWrites(ports());
export const awaitWrites = () => awaitLastWrite(ports());
export const lead = () => makeLeader(ports());
export const moveUrl = () => moveAttachment(ports());
export const restartApp = () => restartPromotedApp(ports());
export const resumeWrites = () => resumeLeaderWrites(ports());
export const undo = () => undoPromotion(ports());
