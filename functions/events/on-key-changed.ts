/** A customer's account says that something about a key changed: the key is observed. Or it says that it would say so: an echo. */

import { listener } from '#lib/edge/listener.ts';
import { onKeyChanged } from '#lib/keys/on-key-changed.ts';
import { now } from '#lib/model/clock.ts';
import { echoStore } from '#lib/store/echoes.ts';
import { keyStore } from '#lib/store/keys.ts';
import { observer, pause } from '#lib/wiring/keys.ts';
import { recorder } from '#lib/wiring/recorder.ts';

export const handler = listener(() =>
  onKeyChanged({ ...keyStore(), ...echoStore(), ...observer(), ...recorder(), pause, now }),
);
