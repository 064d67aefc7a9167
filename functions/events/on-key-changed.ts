/** A customer's account says that something about a key changed: the key is observed. */
import { listener } from '#lib/edge/listener.ts';
import { observer } from '#lib/keys/assembly.ts';
import { onKeyChanged } from '#lib/keys/on-key-changed.ts';
import { keyStore } from '#lib/store/keys.ts';

export const handler = listener(() => onKeyChanged({ ...keyStore(), ...observer() }));
