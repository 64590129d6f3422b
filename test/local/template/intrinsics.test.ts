// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the templates' own syntax
import { describe, expect, it } from 'vitest';
import { references, resolve, type Scope } from '../../../local/template/intrinsics.ts';
import type { Json } from '../../../local/template/template.ts';

const scope: Scope = {
  ref: (name) => ({ 'AWS::Region': 'us-east-1', Queue: 'http://queue' })[name] ?? fail(`ref ${name}`),
  getAtt: (id, attribute) => `${id}:${attribute}`,
  importValue: (name) => `imported ${name}`,
  stackOutput: (stack, output) => `${stack}.${output}`,
  condition: (name) => name === 'Yes',
};

function fail(message: string): never {
  throw new Error(message);
}

describe('resolve', () => {
  it.each<[string, Json, Json]>([
    ['plain values', { a: [1, true, null, 'x'] }, { a: [1, true, null, 'x'] }],
    ['Ref', { Ref: 'Queue' }, 'http://queue'],
    ['GetAtt as a list', { 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table:Arn'],
    ['GetAtt as text', { 'Fn::GetAtt': 'Table.Stream.Arn' }, 'Table:Stream.Arn'],
    ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'AWS::Region' }, 1]] }, 'a-us-east-1-1'],
    ['Sub', { 'Fn::Sub': '${AWS::Region} ${Table.Arn} ${!Literal}' }, 'us-east-1 Table:Arn ${Literal}'],
    [
      'Sub with its own values',
      { 'Fn::Sub': ['${X}/${Queue}', { X: { Ref: 'AWS::Region' } }] },
      'us-east-1/http://queue',
    ],
    ['ImportValue', { 'Fn::ImportValue': 'other:Arn' }, 'imported other:Arn'],
    [
      'GetStackOutput',
      { 'Fn::GetStackOutput': { StackName: 'storage', OutputName: 'Out', Region: { Ref: 'AWS::Region' } } },
      'storage.Out',
    ],
    ['Select', { 'Fn::Select': [1, ['a', 'b']] }, 'b'],
    ['GetAZs', { 'Fn::Select': [2, { 'Fn::GetAZs': '' }] }, 'us-east-1c'],
    ['GetAZs of a region', { 'Fn::GetAZs': 'eu-west-1' }, ['eu-west-1a', 'eu-west-1b', 'eu-west-1c']],
    ['Split', { 'Fn::Select': ['2', { 'Fn::Split': ['/', 'a/b/c'] }] }, 'c'],
    [
      'Split of an import',
      { 'Fn::Select': [1, { 'Fn::Split': [':', { 'Fn::ImportValue': 'other:Arn' }] }] },
      'Arn',
    ],
    ['If, true', { 'Fn::If': ['Yes', 'then', 'else'] }, 'then'],
    ['If, false, without a value', { a: { 'Fn::If': ['No', 1, { Ref: 'AWS::NoValue' }] }, b: 2 }, { b: 2 }],
    ['NoValue in a list', [1, { Ref: 'AWS::NoValue' }, [2]], [1, [2]]],
    ['conditions', { 'Fn::And': [{ 'Fn::Equals': ['1', 1] }, { 'Fn::Not': [{ Condition: 'No' }] }] }, true],
    ['Or', { 'Fn::Or': [{ Condition: 'No' }, { Condition: 'Yes' }] }, true],
    ['an object with more keys is not an intrinsic', { Ref: 'x', other: 1 }, { Ref: 'x', other: 1 }],
  ])('%s', (_, value, expected) => {
    expect(resolve(value, scope)).toEqual(expected);
  });

  it.each<[string, Json, RegExp]>([
    ['an unknown intrinsic', { 'Fn::Transform': {} }, /unknown intrinsic Fn::Transform; known are Ref/],
    ['an unknown reference', { Ref: 'Nothing' }, /ref Nothing/],
    ['a Select beyond the end', { 'Fn::Select': [2, ['a']] }, /no element 2 of 1/],
    [
      'a Split of what another stack gives out, which CloudFormation is not documented to take',
      { 'Fn::Split': [',', { 'Fn::GetStackOutput': { StackName: 'storage', OutputName: 'Out' } }] },
      /Fn::Split: is not documented to take Fn::GetStackOutput, but Base64, .* and Ref/,
    ],
    ['a Join of an object', { 'Fn::Join': ['', [{ a: 1 }]] }, /expected a string/],
  ])('refuses %s', (_, value, message) => {
    expect(() => resolve(value, scope)).toThrow(message);
  });
});

describe('references', () => {
  it('finds what Ref, GetAtt and Sub name, at any depth', () => {
    const value = {
      a: [{ Ref: 'One' }, { 'Fn::GetAtt': 'Two.Arn' }],
      b: { 'Fn::Join': ['', [{ 'Fn::Sub': ['${Three.Arn} ${Own} ${!No}', { Own: { Ref: 'Four' } }] }]] },
    };
    expect([...references(value)].sort()).toEqual(['Four', 'One', 'Three', 'Two']);
  });
});
