import { holds } from './contract.ts';
import { connectPost, mails } from './mails.ts';
import { targetsOf } from './targets.ts';

holds(mails, targetsOf(['ministack'], connectPost));
