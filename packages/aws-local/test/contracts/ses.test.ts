import { holds } from '../../test-support/contract.ts';
import { targetsOf } from '../../test-support/targets.ts';
import { connectPost, mails } from './mails.ts';

holds(mails, targetsOf(['ministack'], connectPost));
