/** The contracts of EC2 and Run Command, on this repository's fakes. */
import { holds } from 'aws-local/test-support/contract';
import { targetsOf } from 'aws-local/test-support/targets';
import { connectEc2, openEc2Fakes } from './ec2-world.ts';
import { instances } from './instances.ts';
import { runCommand } from './run-command.ts';

holds(instances, targetsOf(['moto'], connectEc2, openEc2Fakes));
holds(runCommand, targetsOf(['ministack', 'moto'], connectEc2, openEc2Fakes));
