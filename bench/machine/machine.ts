/** A state machine that both the emulator and ministack run: no task, no Map, and expressions that both evaluate. */
import { platformAccount, region } from '#local/accounts.ts';

const name = 'latchkey-bench';

export const machine = {
  name,
  arn: `arn:aws:states:${region}:${platformAccount}:stateMachine:${name}`,
  definition: {
    QueryLanguage: 'JSONata',
    StartAt: 'Note the number',
    States: {
      'Note the number': { Type: 'Pass', Assign: { number: '{% $states.input.number %}' }, Next: 'Is it there?' },
      'Is it there?': {
        Type: 'Choice',
        Choices: [{ Condition: '{% $number = 7 %}', Next: 'Done' }],
        Default: 'Not there',
      },
      'Not there': { Type: 'Fail', Error: 'NotThere' },
      Done: { Type: 'Succeed' },
    },
  },
};
