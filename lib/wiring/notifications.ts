/** The settings and the timer that notifications need in a deployment. */
import { setTimeout as sleep } from 'node:timers/promises';
import { noticeConfig } from '#lib/config.ts';
import type { NotifySettings } from '#lib/notifications/allow.ts';

export const notifying = () => ({
  pause: (seconds: number): Promise<void> => sleep(seconds * 1000),
  settings: (): NotifySettings => {
    const { API_URL, MAIL_SETTLE_SECONDS, MAIL_PAUSE_SECONDS } = noticeConfig();
    return { apiUrl: API_URL, settleSeconds: MAIL_SETTLE_SECONDS, pauseSeconds: MAIL_PAUSE_SECONDS };
  },
});
