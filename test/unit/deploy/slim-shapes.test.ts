/** Shapes of AWS's clients in bundles: the members that are used stay, and an unknown form stays whole. */
import { expect, it } from '@jest/globals';
import { withUsedMembers } from '../../../scripts/deploy/slim-shapes.ts';

const constants = new Map([
  ['_VI', '"VolumeId"'],
  ['_Si', '"Size"'],
  ['_St', '"State"'],
]);
const schema = (members: string) =>
  `export var Volume$ = [3, n0, _V,\n    0,\n    [_VI, _Si, _St],\n    [${members}]\n];\nlet x;`;

it('keeps the members that are read, each with its own shape', () => {
  const text = withUsedMembers(schema('[0, { [_x]: `a`,\n [_y]: _b }], 1, () => States$'), constants);

  expect(text.replace(/\s+/g, '')).toBe(
    'exportvarVolume$=[3,n0,_V,0,[_VI,_St],[[0,{[_x]:`a`,[_y]:_b}],()=>States$]];letx;',
  );
});

it('changes nothing where names and members do not correspond', () => {
  expect(withUsedMembers(schema('1, 2'), constants)).toBe(schema('1, 2'));
  expect(withUsedMembers('export var Other$ = [1];', constants)).toBe('export var Other$ = [1];');
});
