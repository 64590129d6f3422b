import { describe, expect, it } from 'vitest';
import { whereOf } from '../../../lambdas/http-client/where.ts';

describe('where a request goes', () => {
  it.each([
    [
      'https://a.example/hook?x=1',
      { isTls: true, host: 'a.example', hostname: 'a.example', port: '', path: '/hook?x=1' },
    ],
    [
      'http://a.example:8080',
      { isTls: false, host: 'a.example:8080', hostname: 'a.example', port: '8080', path: '/' },
    ],
    ['https://[::1]:443/', { isTls: true, host: '[::1]', hostname: '::1', port: '', path: '/' }],
    [
      'https://a.example./',
      {
        isTls: true,
        host: 'a.example.',
        hostname: 'a.example.',
        port: '',
        path: '/',
        servername: 'a.example',
      },
    ],
    ['http://a.example./', { isTls: false, host: 'a.example.', hostname: 'a.example.', port: '', path: '/' }],
  ])('%s', (url, where) => {
    expect(whereOf(url)).toEqual(where);
    expect(whereOf(url)).toEqual(where);
  });

  it('is nowhere without a URL, each time', () => {
    for (let i = 0; i < 2; i++) expect(() => whereOf('a.example')).toThrow(TypeError);
  });
});
