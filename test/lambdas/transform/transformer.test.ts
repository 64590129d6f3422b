import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { inputOf } from '../../../lambdas/transform/input.ts';
import { createSandbox, type Sandbox } from '../../../lambdas/transform/process/sandbox.ts';
import { createTransformer, type ToShape, type Transformer } from '../../../lambdas/transform/transformer.ts';
import { transformerScript } from '../../helpers/transformer-script.ts';

const EVENT = {
  id: 'evt_01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  ulid: '01KAK2V5E4V2N9CR0Q6WV7Z1QX',
  type: 'payment.failed',
  source: 'shop',
  contentType: 'application/json',
};
const TARGET = { id: 'tgt_1', name: 'Billing', metadata: { team: 'money' } };
const DATA = {
  message: 'Card declined',
  amount: 12.5,
  items: [
    { sku: 'a', n: 2 },
    { sku: 'b', n: 1 },
  ],
};

let script: URL;
let sandbox: Sandbox;
const sandboxes: Sandbox[] = [];
function open(): Sandbox {
  sandboxes.push(createSandbox(script));
  return sandboxes.at(-1)!;
}
beforeAll(() => {
  script = transformerScript();
  sandbox = open();
});
afterAll(() => {
  for (const one of sandboxes) one.end();
});

/** One that has forgotten all overruns. */
const fresh = (box = sandbox, now = () => 0): Transformer => createTransformer(box.ask, now);

const toShape = (expression: string, payload: unknown = DATA, more: Partial<ToShape> = {}): ToShape => ({
  tenant: 'ten_1',
  expression,
  event: EVENT,
  target: TARGET,
  payload:
    payload instanceof Uint8Array
      ? payload
      : Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
  ...more,
});

/** What is made, with its body as text. */
async function made(expression: string, payload?: unknown, more?: Partial<ToShape>) {
  const result = await fresh().shape(toShape(expression, payload, more));
  if ('problem' in result) return result.problem.message;
  const { body, ...rest } = result.shaped;
  return { ...rest, ...(body && { body: Buffer.from(body).toString() }) };
}

describe('what an expression makes of an event (A25)', () => {
  it.each([
    ['{"body": {"text": type & ": " & data.message}}', { body: '{"text":"payment.failed: Card declined"}' }],
    ['{"body": data.items.{"id": sku}}', { body: '[{"id":"a"},{"id":"b"}]' }],
    ['{"body": data ~> |$|{"x": 1}, ["items", "message"]|}', { body: '{"amount":12.5,"x":1}' }],
    ['{"body": $sum(data.items.n)}', { body: '3' }],
    [
      '{"body": {"at": time, "now": $now(), "millis": $millis()}}',
      /^{"at":"(.{24})","now":"\1","millis":\d{13}}$/,
    ],
    [
      '{"body": [target.name, target.metadata.team, source, priority, test]}',
      { body: '["Billing","money","shop","normal",false]' },
    ],
    [
      '{"body": $replace(data.message, /c(a)/i, "<$1>")}',
      { body: '<a>rd declined', contentType: 'text/plain; charset=utf-8' },
    ],
    ['{"body": "<a/>", "contentType": "application/xml"}', { body: '<a/>', contentType: 'application/xml' }],
    ['{"path": "/orders/" & $encodeUrlComponent("a b") & "?x=1"}', { path: '/orders/a%20b?x=1' }],
    [
      '{"headers": {"X-Amount": data.amount, "x-kind": type}}',
      { headers: { 'x-amount': '12.5', 'x-kind': 'payment.failed' } },
    ],
    ['{}', {}],
    ['{"body": $map([1, 2], $string)}', { body: '["1","2"]' }],
    ['($f := $pad(?, 3, "-"); {"body": $f("a")})', { body: 'a--' }],
    ['{"body": "" & data.items & 1}', { body: '[{"sku":"a","n":2},{"sku":"b","n":1}]1' }],
  ])('%s', async (expression, expected) => {
    const result = await made(expression);
    if (expected instanceof RegExp) expect((result as { body: string }).body).toMatch(expected);
    else expect(result).toMatchObject(expected);
  });

  it('a payload that is no JSON is text, and base64 if it is no text', async () => {
    expect(await made('{"body": {"t": data}}', 'a <b>')).toMatchObject({ body: '{"t":"a <b>"}' });
    expect(await made('{"body": {"t": data}}', Buffer.from([0xff, 0]))).toMatchObject({
      body: '{"t":"/wA="}',
    });
  });

  it('the same event makes the same bytes, in any process', async () => {
    const expression =
      '{"body": [$random(), $shuffle([1..20]), $now("[Y]"), $millis(), $toMillis("10:00", "[H]:[m]")]}';
    const first = await made(expression);
    sandbox.end();
    expect(await made(expression)).toEqual(first);
    const other = { event: { ...EVENT, id: 'evt_other' } };
    expect(await made(expression, DATA, other)).not.toEqual(first);
  });

  it.each([
    ['[1, 2]', 'expected an object with any of body, headers, path, contentType; got an array'],
    ['nothing', 'expected an object with any of body, headers, path, contentType; got nothing'],
    ['$string', 'expected an object with any of body, headers, path, contentType; got a function'],
    ['{"boddy": 1}', 'expected an object with any of body, headers, path, contentType, and no other member'],
    ['{"path": 1}', 'path: expected a text, got a number'],
    ['{"contentType": "ä"}', 'contentType: expected 1 to 256 printable ASCII characters'],
    ['{"headers": "x"}', 'headers: expected an object of texts and numbers'],
    ['{"headers": {"webhook-id": "x"}}', /^headers.webhook-id: this header is set by Posthorn/],
    ['{"headers": {"host": "x"}}', /^headers.host: this header is set by Posthorn/],
    ['{"headers": {"x-a": "1\\r\\nx-b: 2"}}', /^headers.x-a: expected a value/],
    ['{"headers": {"x-a": "1", "X-A": "2"}}', /^headers: expected each header once/],
    ['{"path": "//evil.example/x"}', /^path: expected \/ and then/],
    ['{"path": "https://evil.example/x"}', /^path: expected \/ and then/],
    ['{"path": "/\\\\evil.example"}', /^path: expected \/ and then/],
    ['{"path": "/a#b"}', /^path: expected \/ and then/],
    ['{"path": "/a b"}', /^path: expected \/ and then/],
    ['{"path": "/a/../../x"}', 'path: expected no . and .. between slashes'],
    ['{"path": "/a/%2E%2e/x"}', 'path: expected no . and .. between slashes'],
    ['{"body": function($x){$x}}', 'body: expected what JSON can say, got a function'],
    ['{"body": 1e308 * 10}', 'body: expected what JSON can say, got a number that JSON can’t have'],
    ['{"body": $pad("x", 1100000)}', 'body: expected at most 1048576 bytes, got 1100000'],
    ['{"body": "a" + 1}', 'The left side of the "+" operator must evaluate to a number (at character 14)'],
    ['$error("secret " & data.message)', 'the expression raised an error, by $error (at character 7)'],
    ['$assert(false, data.message)', 'the expression raised an error, by $assert (at character 8)'],
  ])('%s makes nothing that can be sent', async (expression, expected) => {
    const result = await made(expression);
    if (typeof expected === 'string') expect(result).toBe(expected);
    else expect(result).toMatch(expected);
  });

  it('says nothing of a payload in what is kept, and all to whoever tries an expression', async () => {
    for (const expression of [
      '$number(data.message)',
      '{data.amount: 1}',
      '$error(data.message)',
      'data.items^(sku, n > "x")',
    ]) {
      const result = await fresh().shape(toShape(expression));
      if (!('problem' in result)) throw new Error('expected a problem');
      expect(result.problem.message).not.toMatch(/declined|12\.5|sku/);
    }
    expect(await fresh().shape(toShape('$number(data.message)'))).toMatchObject({
      problem: { shown: 'Unable to cast value to a number: "Card declined" (at character 8)' },
    });
  });
});

describe('an expression is checked when it is written (A25)', () => {
  it.each([
    ['{"body": ', 'expected a JSONata expression: Expected "}" before end of expression (at character 9)'],
    ['$eval("1")', 'expected no $eval: an expression is checked when it is written (at character 5)'],
    [
      '$match(data, /(a)\\1/)',
      /^expected a regular expression in the syntax of RE2, which has no look-around/,
    ],
    ['$match(data, /(?=a)b/)', /^expected a regular expression in the syntax of RE2/],
    ['$match(data, /((a{30}){30}){30}/)', /^expected a (smaller )?regular expression/],
    [`${'['.repeat(4000)}${']'.repeat(4000)}`, 'expected fewer nested parts'],
    ['"'.padEnd(8192, 'ä'), /^expected at most 8192 bytes of UTF-8, got 163/],
  ])('%s', async (expression, expected) => {
    const problem = await fresh().check('ten_1', expression);
    if (typeof expected === 'string') expect(problem?.message).toBe(expected);
    else expect(problem?.message).toMatch(expected);
  });

  it('one that can be run is fine', async () => {
    expect(await fresh().check('ten_1', '{"body": $match(data.message, /\\w+/)[0].match}')).toBeUndefined();
  });
});

const DOUBLED = '$d := function($s, $n){ $n = 0 ? $s : $d($s & $s, $n - 1) };';
const NESTED = '$d := function($s, $n){ $n = 0 ? $s : $d([[$s], [$s]], $n - 1) };';

/** Each is stopped: by the number of its steps, its time, the size of what it makes, or the end of its process. */
const HOSTILE: readonly string[] = [
  '($f := function($n){ $f($n + 1) }; $f(0))',
  '($f := function($n){ 1 + $f($n + 1) }; $f(0))',
  '($f := function(){ $g() }; $g := function(){ $f() }; $f())',
  '(function($x){ $x($x) })(function($x){ $x($x) })',
  '[1..9000000]',
  '$length($pad("x", 400000000))',
  '[1..1000].([1..1000].([1..1000]))',
  '[1..100000].{"a": $$, "b": $$}',
  '[1..100000]{$string($): $}',
  '$sort([1..100000], function($a, $b){ $a < $b })',
  '$sort([1..900000])',
  '$distinct([1..100000])',
  '$reduce([1..100000], function($a, $b){ $append($a, $b) }, [])',
  '$merge([1..100000].{$string($): $})',
  '$zip([1..900000], [1..900000], [1..900000], [1..900000], [1..900000], [1..900000], [1..900000])',
  '$count($split($pad("x", 8000000), ""))',
  '$formatNumber(1.5, $pad("#", 5000000, "#"))',
  '$formatInteger(1e15, "I")',
  '[1..1000].$replace($pad("a", 100000, "a"), /a/, "bb")',
  '($a := $pad("x", 1000000, "x"); $length($replace($a, "x", $a)))',
  '($a := $pad("x", 1000000, "x"); $length($join([1..500].($a))))',
  `(${DOUBLED} $length($d("x", 28)))`,
  `(${DOUBLED} $d("x", 28) = $d("x", 28))`,
  `(${DOUBLED} $uppercase($d("ß", 28)))`,
  `(${DOUBLED} $encodeUrlComponent($d("ß", 26)))`,
  `(${DOUBLED} $base64encode($d("x", 28)))`,
  `(${NESTED} $string($d("xxxxxxxxx", 30)))`,
  `(${NESTED} "" & $d("xxxxxxxxx", 30))`,
  `(${NESTED} {"body": $d("x", 30)})`,
  `(${NESTED} $count({"a": $d("x", 30)}.*))`,
  `(${NESTED} $count($d("x", 40).**))`,
  `(${NESTED} $d("x", 40) = $d("x", 40))`,
  `(${NESTED} $d("x", 30) ~> |$|{}|)`,
  '($y := data ~> |$|{"self": $}|; {"body": $y})',
  // A native function as `then`: each of these is waited for as a promise is, and none ever comes.
  '{"then": /a/("aab").next}',
  '{"body": {"then": $lookup(/a/("aab"), "next")}}',
  '($m := /a/("aab"); $x := {"then": $m.next}; {"body": 1})',
  '(function($x){ 1 })({"then": /a/("aab").next})',
];

/** Payloads that are hard on expressions that are fine. */
const HARD: readonly (readonly [name: string, expression: string, payload: string])[] = [
  ['200,000 arrays in one another', '{"body": data}', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['the same, searched', '{"body": $count(data.**)}', '['.repeat(200_000) + ']'.repeat(200_000)],
  ['two million numbers', '{"body": $sort(data)}', `[${'1,'.repeat(2_000_000)}1]`],
  [
    '100,000 different texts',
    '{"body": $distinct(data)}',
    JSON.stringify(Array.from({ length: 100_000 }, (_, i) => `${i}`)),
  ],
];

describe('a hostile expression (A25)', () => {
  it.each(HOSTILE)('%s is stopped', async (expression) => {
    const answer = await sandbox.ask('ten_1', {
      kind: 'evaluate',
      expression,
      input: inputOf(EVENT, TARGET),
      payload: Buffer.from('{"a":1}'),
      cpuMs: 100,
      maxBodyBytes: 1000,
    });
    expect(answer).toMatchObject({ kind: 'problem', isOverrun: true });
  });

  it.each(HARD)('%s is stopped', async (_, expression, payload) => {
    expect(await made(expression, payload)).toMatch(/^it (took|made)/);
  });

  it('finds nothing of the function: no environment, no file, no code of texts', async () => {
    for (const expression of [
      '$string.constructor("return process")()',
      'data.constructor.constructor("return process")()',
      '$lookup(data, "constructor")',
      '{"body": $keys($string)}',
    ]) {
      const result = await made(expression);
      expect(typeof result === 'string' ? result : (result.body ?? '')).not.toMatch(/AWS|env/);
    }
  });

  it('is not run again for a minute once it has been stopped twice, nor are ten of a tenant', async () => {
    const at = { now: 0 };
    const transformer = fresh(sandbox, () => at.now);
    const endless = HOSTILE[0]!;
    const tried = async (expression: string, tenant = 'ten_1') => {
      const result = await transformer.shape(toShape(expression, DATA, { tenant }));
      return 'problem' in result ? result.problem.message : 'made';
    };
    expect(await tried(endless)).toMatch(/^it took/);
    expect(await tried(endless)).toMatch(/^it took/);
    expect(await tried(endless)).toMatch(/^it is not run for a minute/);
    expect(await tried('{}')).toBe('made');
    expect(await tried(endless, 'ten_2')).toMatch(/^it took/);
    for (let i = 0; i < 8; i++) expect(await tried(`(${i}; ${endless})`)).toMatch(/^it took/);
    expect(await tried('{}')).toMatch(/^it is not run for a minute/);
    expect(await tried('{}', 'ten_2')).toBe('made');
    at.now += 60_001;
    expect(await tried('{}')).toBe('made');
  });

  it('delays another tenant by itself alone, however many of its events wait', async () => {
    const box = open();
    const transformer = fresh(box);
    await transformer.shape(toShape('{}'));
    const order: string[] = [];
    const hostile = Array.from({ length: 20 }, (_, i) =>
      transformer
        .shape(toShape(`(${i}; ${HOSTILE[0]})`, DATA, { tenant: 'ten_hostile' }))
        .then(() => order.push('hostile')),
    );
    const begun = performance.now();
    const good = transformer
      .shape(toShape('{"body": type}', DATA, { tenant: 'ten_good' }))
      .then(() => order.push('good'));
    await good;
    // One evaluation takes 100 ms of a processor; this machine may be busy.
    expect(performance.now() - begun).toBeLessThan(5000);
    // One was under way, and one may have its turn before it.
    expect(order.indexOf('good')).toBeLessThanOrEqual(2);
    await Promise.all(hostile);
  });
});

describe('the process (A25)', () => {
  it('starts anew after it was ended, and what waited is done', async () => {
    const box = open();
    const results = await Promise.all(
      [`(${NESTED} $d("x", 40) = $d("x", 40))`, '{"body": 1}'].map((expression, i) =>
        fresh(box).shape(toShape(expression, DATA, { tenant: `ten_${i}` })),
      ),
    );
    expect(results).toMatchObject([{ problem: {} }, { shaped: {} }]);
  });

  it('that can’t be started is a fault of our own, and not the expression’s', async () => {
    const broken = createSandbox(new URL('file:///nowhere/transformer.mjs'));
    await expect(fresh(broken).shape(toShape('{}'))).rejects.toThrow('the process for transformations ended');
  });
});
