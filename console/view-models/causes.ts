/** The causes of an unusable key in words: those of the mails. */
import { causeText, isCause } from '#lib/model/cause-text.ts';
import type { Key, Lockout } from '../api/types.ts';

type Cause = Lockout['cause'];

/** `The key is disabled`. */
export const causeSentence = (cause: Cause, isGone = false): string =>
  `The key ${causeText({ cause, isGone }).predicate}`;

/** Of a key that is not usable, as its last check found it. */
export const checkedCause = ({ status, check }: Pick<Key, 'status' | 'check'>): string => {
  const isGone = check.fault === 'not_found';
  return causeSentence(check.cause ?? (status === 'unknown' ? 'kms_unreachable' : 'access_denied'), isGone);
};

/** Of a word that an entry of the timeline has. */
export const recordedCause = (word: string, isGone = false): string =>
  isCause(word) ? causeSentence(word, isGone) : word.replaceAll('_', ' ');

/** Of a lockout now, or of its opening once the key is usable again. */
export const lockoutCause = ({
  cause,
  presentCause,
  isKeyGone,
}: Pick<Lockout, 'cause' | 'presentCause' | 'isKeyGone'>): string => causeSentence(presentCause ?? cause, isKeyGone);

const eventVerbs: Readonly<Record<string, string>> = {
  DisableKey: 'Disabled',
  ScheduleKeyDeletion: 'Scheduled for deletion',
  DeleteImportedKeyMaterial: 'Key material deleted',
  PutKeyPolicy: 'Key policy changed',
  EnableKey: 'Enabled',
  CancelKeyDeletion: 'Deletion cancelled',
};

/** `Disabled`, from the name of an AWS API call. */
export const eventVerb = (name: string): string => eventVerbs[name] ?? name;
