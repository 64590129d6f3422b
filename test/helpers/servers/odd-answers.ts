/**
 * Answers that HTTP allows and few servers give, and answers that it forbids and some servers give.
 *
 * `curl` is the verdict of curl 7.88: the status that it prints, and its exit code where that is not 0 (8: weird server
 * reply, 18: partial file, 28: timeout, 43: bad argument, 52: empty reply, 56: receive failure, 1: HTTP/0.9). Made by
 * `node test/helpers/guide/curl-verdicts.ts`, which lists the rows that differ.
 */
export interface OddAnswer {
  readonly name: string;
  /** Written in turn, 15 ms apart. Each character is a byte. */
  readonly sends: readonly string[];
  /** What the server does afterwards. */
  readonly ends: 'close' | 'reset' | 'stay';
  readonly curl: readonly [status: number, exitCode?: number];
  /** The status that counts; or the error's class, where there is none. */
  readonly counts: number | 'protocol' | 'reset' | 'timeout';
  /** The kept part of the body. Default: `ok`, the body without the oddity. */
  readonly body?: string;
  /** Why curl differs, where it does. */
  readonly because?: string;
}

const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok';
const head = (...lines: string[]): string =>
  `HTTP/1.1 200 OK\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
/** A plain answer with one more line among its headers. */
const withLine = (line: string): string => `${head(line, 'content-length: 2')}ok`;

type Row = Omit<OddAnswer, 'sends' | 'ends'> & {
  sends: string | readonly string[];
  ends?: OddAnswer['ends'];
};

/** Why curl and we differ. */
const INTERIM = 'curl prints the last status it saw, though one of 1xx is no answer';
const VERSION = 'the endpoint answered; which version it says is of no account';
const BLANKS = 'blanks in the wrong place leave no doubt about the status';
const UNENDED = 'a status line that lacks its end says all that counts';

const ROWS: readonly Row[] = [
  // Answers before the answer (RFC 9110, 15.2).
  { name: '100 before it', sends: `HTTP/1.1 100 Continue\r\n\r\n${OK}`, curl: [200], counts: 200 },
  { name: '100 a moment before it', sends: ['HTTP/1.1 100 Continue\r\n\r\n', OK], curl: [200], counts: 200 },
  {
    name: '100 with headers before it',
    sends: `HTTP/1.1 100 Continue\r\nx-a: b\r\n\r\n${OK}`,
    curl: [200],
    counts: 200,
  },
  { name: '102 before it', sends: `HTTP/1.1 102 Processing\r\n\r\n${OK}`, curl: [200], counts: 200 },
  {
    name: '103 before it',
    sends: `HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n${OK}`,
    curl: [200],
    counts: 200,
  },
  { name: '199 before it', sends: `HTTP/1.1 199 Odd\r\n\r\n${OK}`, curl: [200], counts: 200 },
  {
    name: '100, 102, 103 and 103 before it',
    sends: [
      'HTTP/1.1 100 Continue\r\n\r\n',
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\n',
      `HTTP/1.1 103 Early Hints\r\n\r\n${OK}`,
    ],
    curl: [200],
    counts: 200,
  },
  {
    name: '100, 101 times',
    sends: `${'HTTP/1.1 100 Continue\r\n\r\n'.repeat(101)}${OK}`,
    curl: [200],
    counts: 200,
  },
  {
    name: '100 with a content-length before it',
    sends: `HTTP/1.1 100 Continue\r\ncontent-length: 5\r\n\r\n${OK}`,
    curl: [200],
    counts: 200,
  },
  {
    name: '100 before a 500',
    sends: 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nok',
    curl: [500],
    counts: 500,
  },
  {
    name: '100 and nothing more',
    sends: 'HTTP/1.1 100 Continue\r\n\r\n',
    ends: 'close',
    curl: [100, 52],
    counts: 'reset',
    because: INTERIM,
  },
  {
    name: '100 and a reset',
    sends: 'HTTP/1.1 100 Continue\r\n\r\n',
    ends: 'reset',
    curl: [100, 56],
    counts: 'reset',
    because: INTERIM,
  },
  {
    name: '100 and silence',
    sends: 'HTTP/1.1 100 Continue\r\n\r\n',
    curl: [100, 28],
    counts: 'timeout',
    because: INTERIM,
  },
  {
    name: '100 and something else',
    sends: 'HTTP/1.1 100 Continue\r\n\r\n220 mail\r\n',
    ends: 'close',
    curl: [100, 1],
    counts: 'protocol',
    because: INTERIM,
  },
  {
    name: '101 unasked',
    sends: 'HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: x\r\n\r\nblah',
    ends: 'close',
    curl: [101],
    counts: 101,
    body: '',
  },
  {
    name: '101 without an upgrade',
    sends: 'HTTP/1.1 101 Switching Protocols\r\n\r\n',
    ends: 'close',
    curl: [101, 52],
    counts: 101,
    body: '',
  },
  {
    name: '200 with an upgrade',
    sends: `${head('connection: upgrade', 'upgrade: h2c', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: '426 with an upgrade',
    sends: 'HTTP/1.1 426 Upgrade\r\nconnection: upgrade\r\nupgrade: h2c\r\ncontent-length: 2\r\n\r\nok',
    curl: [426],
    counts: 426,
  },

  // The status line.
  { name: 'no reason', sends: 'HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\nok', curl: [200], counts: 200 },
  {
    name: 'no reason and no blank',
    sends: 'HTTP/1.1 200\r\ncontent-length: 2\r\n\r\nok',
    curl: [200],
    counts: 200,
  },
  {
    name: 'a reason of another alphabet',
    sends: 'HTTP/1.1 200 \xd0\x9e\xd0\x9a\xff\r\ncontent-length: 2\r\n\r\nok',
    curl: [200],
    counts: 200,
  },
  {
    name: 'a reason with a control character',
    sends: 'HTTP/1.1 200 O\x07K\r\ncontent-length: 2\r\n\r\nok',
    curl: [200],
    counts: 200,
  },
  {
    name: 'a reason of 1,000 characters',
    sends: `HTTP/1.1 200 ${'x'.repeat(1000)}\r\ncontent-length: 2\r\n\r\nok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'a reason of 20,000 characters',
    sends: `HTTP/1.1 200 ${'x'.repeat(20_000)}\r\ncontent-length: 2\r\n\r\nok`,
    curl: [200],
    counts: 200,
  },
  { name: 'HTTP/1.0', sends: 'HTTP/1.0 200 OK\r\n\r\nok', ends: 'close', curl: [200], counts: 200 },
  {
    name: 'HTTP/1.0 that stays',
    sends: 'HTTP/1.0 200 OK\r\nconnection: keep-alive\r\ncontent-length: 2\r\n\r\nok',
    curl: [200],
    counts: 200,
  },
  {
    name: 'HTTP/1.2',
    sends: 'HTTP/1.2 200 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 200,
    because: VERSION,
  },
  { name: 'HTTP/2.0', sends: 'HTTP/2.0 200 OK\r\ncontent-length: 2\r\n\r\nok', curl: [200], counts: 200 },
  { name: 'HTTP/2', sends: 'HTTP/2 200 OK\r\ncontent-length: 2\r\n\r\nok', curl: [200], counts: 200 },
  {
    name: 'HTTP/9.9',
    sends: 'HTTP/9.9 200 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 200,
    because: VERSION,
  },
  {
    name: 'HTTP/1',
    sends: 'HTTP/1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 200,
    because: VERSION,
  },
  { name: 'http/1.1', sends: 'http/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok', curl: [200], counts: 200 },
  { name: 'two blanks', sends: 'HTTP/1.1  200 OK\r\ncontent-length: 2\r\n\r\nok', curl: [200], counts: 200 },
  {
    name: 'a tab',
    sends: 'HTTP/1.1\t200 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 200,
    because: BLANKS,
  },
  {
    name: 'a blank before it',
    sends: ' HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 200,
    because: BLANKS,
  },
  { name: 'an empty line before it', sends: `\r\n${OK}`, curl: [0, 1], counts: 200, because: BLANKS },
  { name: 'a byte order mark before it', sends: `\xef\xbb\xbf${OK}`, curl: [0, 1], counts: 'protocol' },
  {
    name: 'it comes byte by byte',
    sends: [...'HTTP/1.1 200 OK\r\n'],
    ends: 'close',
    curl: [200],
    counts: 200,
    body: '',
  },
  {
    name: 'nothing but it',
    sends: 'HTTP/1.1 200 OK',
    ends: 'close',
    curl: [0, 52],
    counts: 200,
    because: UNENDED,
    body: '',
  },
  {
    name: 'nothing but it and its line end',
    sends: 'HTTP/1.1 200 OK\r\n',
    ends: 'close',
    curl: [200],
    counts: 200,
    body: '',
  },
  {
    name: 'nothing but it, and a reset',
    sends: 'HTTP/1.1 200 OK\r\n',
    ends: 'reset',
    curl: [200, 56],
    counts: 200,
    body: '',
  },
  {
    name: 'nothing but it, and silence',
    sends: 'HTTP/1.1 200 OK\r\n',
    curl: [200, 28],
    counts: 200,
    body: '',
  },
  { name: 'half of it', sends: 'HTTP/1.1 20', ends: 'close', curl: [0, 52], counts: 'reset' },
  { name: 'half of it, and a reset', sends: 'HTTP/1.1 ', ends: 'reset', curl: [0, 56], counts: 'reset' },
  {
    name: 'status 0',
    sends: 'HTTP/1.1 0 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status 000',
    sends: 'HTTP/1.1 000 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status 99',
    sends: 'HTTP/1.1 99 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status 099',
    sends: 'HTTP/1.1 099 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  { name: 'status 600', sends: 'HTTP/1.1 600 OK\r\ncontent-length: 2\r\n\r\nok', curl: [600], counts: 600 },
  {
    name: 'status 999',
    sends: 'HTTP/1.1 999 Denied\r\ncontent-length: 2\r\n\r\nok',
    curl: [999],
    counts: 999,
  },
  {
    name: 'status 1000',
    sends: 'HTTP/1.1 1000 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status 2000',
    sends: 'HTTP/1.1 2000 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status -200',
    sends: 'HTTP/1.1 -200 OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status 2xx',
    sends: 'HTTP/1.1 2xx OK\r\ncontent-length: 2\r\n\r\nok',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'status in words',
    sends: 'HTTP/1.1 two hundred\r\n\r\n',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  { name: 'status 200OK', sends: 'HTTP/1.1 200OK\r\ncontent-length: 2\r\n\r\nok', curl: [200], counts: 200 },
  {
    name: 'ICY 200 OK',
    sends: 'ICY 200 OK\r\ncontent-length: 2\r\n\r\nok',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'HTTP 200 OK',
    sends: 'HTTP 200 OK\r\ncontent-length: 2\r\n\r\nok',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },

  // Lines.
  { name: 'line feeds alone', sends: 'HTTP/1.1 200 OK\ncontent-length: 2\n\nok', curl: [200], counts: 200 },
  {
    name: 'line feeds here and there',
    sends: 'HTTP/1.1 200 OK\r\ncontent-length: 2\n\r\nok',
    curl: [200],
    counts: 200,
  },
  {
    name: 'carriage returns alone',
    sends: 'HTTP/1.1 200 OK\rcontent-length: 2\r\rok',
    ends: 'close',
    curl: [0, 52],
    counts: 200,
    because: UNENDED,
    body: '',
  },
  {
    name: 'a carriage return too many',
    sends: 'HTTP/1.1 200 OK\r\r\ncontent-length: 2\r\n\r\nok',
    curl: [200],
    counts: 200,
    body: 'content-length: 2\r\n\r\nok',
  },
  {
    name: 'a folded header',
    sends: `${head('x-a: b', ' c', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'a header folded by a tab, thrice',
    sends: `${head('x-a: b', '\tc', '\td', '  e', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'the last header is folded',
    sends: `${head('content-length: 2', 'x-a: b', ' c')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'a header folded before its value',
    sends: `${head('x-a:', ' b', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-length folded before its value',
    sends: `${head('content-length:', ' 2')}ok`,
    curl: [200, 8],
    counts: 200,
  },
  {
    name: 'the first header is a folded one',
    sends: `${head(' x-a: b', 'content-length: 2')}ok`,
    curl: [200, 43],
    counts: 200,
  },
  {
    name: 'the end of the headers is missing',
    sends: 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n',
    ends: 'close',
    curl: [200, 18],
    counts: 200,
    body: '',
  },
  {
    name: 'a header breaks off',
    sends: 'HTTP/1.1 200 OK\r\nx-half: ',
    ends: 'close',
    curl: [200],
    counts: 200,
    body: '',
  },
  {
    name: 'a header breaks off by a reset',
    sends: 'HTTP/1.1 200 OK\r\nx-half: ',
    ends: 'reset',
    curl: [200, 56],
    counts: 200,
    body: '',
  },
  {
    name: 'a header never ends',
    sends: 'HTTP/1.1 503 Busy\r\nx-half: ',
    curl: [503, 28],
    counts: 503,
    body: '',
  },

  // Headers.
  { name: 'no headers', sends: 'HTTP/1.1 200 OK\r\n\r\nok', ends: 'close', curl: [200], counts: 200 },
  {
    name: 'no headers and no body',
    sends: 'HTTP/1.1 200 OK\r\n\r\n',
    ends: 'close',
    curl: [200],
    counts: 200,
    body: '',
  },
  { name: 'no headers, and it stays', sends: 'HTTP/1.1 200 OK\r\n\r\nok', curl: [200, 28], counts: 200 },
  { name: 'a line without a colon', sends: withLine('nonsense'), curl: [200, 8], counts: 200 },
  { name: 'a name with a blank', sends: withLine('x a: b'), curl: [200], counts: 200 },
  { name: 'a blank before the colon', sends: withLine('x-a : b'), curl: [200], counts: 200 },
  {
    name: 'a blank before the colon of content-length',
    sends: `${head('content-length : 2')}ok`,
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  { name: 'no name', sends: withLine(': b'), curl: [200], counts: 200 },
  { name: 'no value', sends: withLine('x-a:'), curl: [200], counts: 200 },
  { name: 'a name with brackets', sends: withLine('x[a]: b'), curl: [200], counts: 200 },
  { name: 'a name beyond ASCII', sends: withLine('x-\xc3\xa4: b'), curl: [200], counts: 200 },
  { name: 'a value beyond ASCII', sends: withLine('x-a: \xc3\xa4 \xff \x80'), curl: [200], counts: 200 },
  { name: 'a value with a control character', sends: withLine('x-a: b\x01c\x7f'), curl: [200], counts: 200 },
  { name: 'a value with NUL', sends: withLine('x-a: b\0c'), curl: [200, 8], counts: 200 },
  { name: 'a value with a carriage return', sends: withLine('x-a: b\rc'), curl: [200], counts: 200 },
  {
    name: '150 headers',
    sends: `${head(...Array.from({ length: 150 }, (_, i) => `x-${i}: b`), 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: '3,000 headers',
    sends: `${head(...Array.from({ length: 3000 }, (_, i) => `x-${i}: b`), 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  { name: 'a header of 10 KB', sends: withLine(`x-a: ${'b'.repeat(10_000)}`), curl: [200], counts: 200 },
  { name: 'a header of 40 KB', sends: withLine(`x-a: ${'b'.repeat(40_000)}`), curl: [200], counts: 200 },
  {
    name: 'a header of 150 KB',
    sends: withLine(`x-a: ${'b'.repeat(150_000)}`),
    curl: [200, 27],
    counts: 200,
    body: '',
  },

  // How long the body is.
  {
    name: 'content-length twice',
    sends: `${head('content-length: 2', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  { name: 'content-length 2, 2', sends: `${head('content-length: 2, 2')}ok`, curl: [200], counts: 200 },
  {
    name: 'content-length twice, with two values',
    sends: `${head('content-length: 2', 'content-length: 3')}ok`,
    ends: 'close',
    curl: [200, 18],
    counts: 200,
  },
  {
    name: 'content-length +2',
    sends: `${head('content-length: +2')}ok`,
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  { name: 'content-length 02', sends: `${head('content-length: 02')}ok`, curl: [200], counts: 200 },
  {
    name: 'content-length 0x2',
    sends: `${head('content-length: 0x2')}ok`,
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-length 2.0',
    sends: `${head('content-length: 2.0')}ok`,
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-length -1',
    sends: `${head('content-length: -1')}ok`,
    ends: 'close',
    curl: [200, 8],
    counts: 200,
  },
  {
    name: 'content-length a',
    sends: `${head('content-length: a')}ok`,
    ends: 'close',
    curl: [200, 8],
    counts: 200,
  },
  {
    name: 'content-length empty',
    sends: `${head('content-length:')}ok`,
    ends: 'close',
    curl: [200, 8],
    counts: 200,
  },
  {
    name: 'content-length of 30 digits',
    sends: `${head(`content-length: ${'9'.repeat(30)}`)}ok`,
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-length too large, and it closes',
    sends: `${head('content-length: 9')}ok`,
    ends: 'close',
    curl: [200, 18],
    counts: 200,
  },
  {
    name: 'content-length too large, and a reset',
    sends: `${head('content-length: 9')}ok`,
    ends: 'reset',
    curl: [200, 56],
    counts: 200,
  },
  {
    name: 'content-length too large, and it stays',
    sends: `${head('content-length: 9')}ok`,
    curl: [200, 28],
    counts: 200,
  },
  { name: 'content-length too small', sends: `${head('content-length: 2')}okay`, curl: [200], counts: 200 },
  {
    name: 'content-length 0, and a body',
    sends: `${head('content-length: 0')}ok`,
    curl: [200],
    counts: 200,
    body: '',
  },
  {
    name: 'two answers',
    sends: `${OK}HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nno`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-length and chunks',
    sends: `${head('content-length: 5', 'transfer-encoding: chunked')}2\r\nok\r\n0\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-length 0 and chunks',
    sends: `${head('transfer-encoding: chunked', 'content-length: 0')}2\r\nok\r\n0\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  { name: '204', sends: 'HTTP/1.1 204 No Content\r\n\r\n', curl: [204], counts: 204, body: '' },
  {
    name: '204 with a body',
    sends: 'HTTP/1.1 204 No Content\r\ncontent-length: 2\r\n\r\nok',
    curl: [204],
    counts: 204,
    body: '',
  },
  {
    name: '204 with chunks',
    sends: 'HTTP/1.1 204 No Content\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    curl: [204],
    counts: 204,
    body: '',
  },
  {
    name: '304 with a body',
    sends: 'HTTP/1.1 304 Not Modified\r\ncontent-length: 2\r\n\r\nok',
    curl: [304],
    counts: 304,
    body: '',
  },
  {
    name: '205 with a body',
    sends: 'HTTP/1.1 205 Reset\r\ncontent-length: 2\r\n\r\nok',
    curl: [205],
    counts: 205,
  },

  // Transfer codings.
  {
    name: 'chunks',
    sends: `${head('transfer-encoding: chunked')}2\r\nok\r\n0\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'Chunked',
    sends: `${head('Transfer-Encoding: Chunked')}2\r\nok\r\n0\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'chunks with extensions',
    sends: `${head('transfer-encoding: chunked')}2;a=b;c="d e"\r\nok\r\n0;last\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'chunks with trailers',
    sends: `${head('transfer-encoding: chunked')}2\r\nok\r\n0\r\nx-a: b\r\ncontent-length: 9\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'chunks with leading zeros',
    sends: `${head('transfer-encoding: chunked')}0002\r\nok\r\n000\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'chunk sizes with a blank behind',
    sends: `${head('transfer-encoding: chunked')}2 \r\nok\r\n0 \r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'chunks with line feeds alone',
    sends: `${head('transfer-encoding: chunked')}2\nok\n0\n\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'chunks without a last one',
    sends: `${head('transfer-encoding: chunked')}2\r\nok\r\n`,
    ends: 'close',
    curl: [200, 18],
    counts: 200,
  },
  {
    name: 'a chunk that breaks off',
    sends: `${head('transfer-encoding: chunked')}5\r\nok`,
    ends: 'close',
    curl: [200, 18],
    counts: 200,
  },
  {
    name: 'a chunk size that is no number',
    sends: `${head('transfer-encoding: chunked')}zz\r\nok\r\n0\r\n\r\n`,
    curl: [200, 56],
    counts: 200,
    body: '',
  },
  {
    name: 'a chunk size that is no number, later',
    sends: [head('transfer-encoding: chunked'), '2\r\nok\r\n', '-1\r\n'],
    curl: [200, 56],
    counts: 200,
  },
  {
    name: 'a chunk size of 20 digits',
    sends: `${head('transfer-encoding: chunked')}${'f'.repeat(20)}\r\nok\r\n`,
    curl: [200, 56],
    counts: 200,
    body: '',
  },
  {
    name: 'a chunk longer than it says',
    sends: `${head('transfer-encoding: chunked')}2\r\nokay\r\n0\r\n\r\n`,
    curl: [200, 56],
    counts: 200,
  },
  {
    name: 'chunked without chunks',
    sends: `${head('transfer-encoding: chunked')}ok`,
    ends: 'close',
    curl: [200, 56],
    counts: 200,
    body: '',
  },
  {
    name: 'transfer-encoding identity',
    sends: `${head('transfer-encoding: identity')}ok`,
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  {
    name: 'transfer-encoding gzip',
    sends: `${head('transfer-encoding: gzip')}ok`,
    ends: 'close',
    curl: [200, 61],
    counts: 200,
  },
  {
    name: 'transfer-encoding gzip, chunked',
    sends: `${head('transfer-encoding: gzip, chunked')}2\r\nok\r\n0\r\n\r\n`,
    curl: [200, 61],
    counts: 200,
  },
  {
    name: 'transfer-encoding nonsense',
    sends: `${head('transfer-encoding: nonsense')}ok`,
    ends: 'close',
    curl: [200, 61],
    counts: 200,
  },
  {
    name: 'chunked twice',
    sends: `${head('transfer-encoding: chunked', 'transfer-encoding: chunked')}2\r\nok\r\n0\r\n\r\n`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'HTTP/1.0 with chunks',
    sends: 'HTTP/1.0 200 OK\r\ntransfer-encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n',
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-encoding gzip that is none',
    sends: `${head('content-encoding: gzip', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'content-encoding nonsense',
    sends: `${head('content-encoding: nonsense', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },

  // Keeping the connection.
  {
    name: 'connection: close, and it stays',
    sends: `${head('connection: close', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  {
    name: 'connection: close, and more bytes',
    sends: [`${head('connection: close', 'content-length: 2')}ok`, 'more'],
    ends: 'close',
    curl: [200],
    counts: 200,
  },
  {
    name: 'keep-alive: nonsense',
    sends: `${head('connection: keep-alive', 'keep-alive: timeout=-1, max=x', 'content-length: 2')}ok`,
    curl: [200],
    counts: 200,
  },
  { name: 'it, and a reset', sends: OK, ends: 'reset', curl: [200], counts: 200 },
  {
    name: 'a 500, and a reset',
    sends: 'HTTP/1.1 500 No\r\ncontent-length: 2\r\n\r\nok',
    ends: 'reset',
    curl: [500],
    counts: 500,
  },

  // No answer at all.
  { name: 'nothing, and it closes', sends: '', ends: 'close', curl: [0, 52], counts: 'reset' },
  { name: 'nothing, and a reset', sends: '', ends: 'reset', curl: [0, 56], counts: 'reset' },
  { name: 'an empty line', sends: '\r\n', ends: 'close', curl: [0, 1], counts: 'reset' },
  {
    name: 'another protocol',
    sends: 'SSH-2.0-OpenSSH_9.9\r\n',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'a page without a head',
    sends: '<html>ok</html>',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  { name: 'zeros', sends: '\0'.repeat(100), ends: 'close', curl: [0, 1], counts: 'protocol' },
  {
    name: 'bytes of TLS',
    sends: '\x15\x03\x01\x00\x02\x02\x28',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'frames of HTTP/2',
    sends: '\0\0\x06\x04\0\0\0\0\0\0\x05\0\0\x40\0',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'a request',
    sends: 'POST /hook HTTP/1.1\r\nhost: a\r\n\r\n',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
  {
    name: 'a status line in the middle',
    sends: 'hello\r\nHTTP/1.1 200 OK\r\n\r\n',
    ends: 'close',
    curl: [0, 1],
    counts: 'protocol',
  },
];

export const ODD_ANSWERS: readonly OddAnswer[] = ROWS.map((row) => ({
  ends: 'stay',
  ...row,
  sends: typeof row.sends === 'string' ? [row.sends] : row.sends,
}));
