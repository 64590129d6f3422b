/** CloudFront Functions of the runtime cloudfront-js-2.0. */
import { createContext, Script } from 'node:vm';
import { transformSync } from 'esbuild';
import type { EventRequest } from './viewer-event.ts';

/** https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/cloudfront-limits.html#limits-functions */
const CODE_BYTES = 10 * 1024;

/**
 * What the runtime lacks of today's JavaScript, by esbuild's names.
 * https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/functions-javascript-runtime-20.html
 */
const LACKS = [
  'array-spread',
  'async-generator',
  'bigint',
  'class',
  'class-field',
  'default-argument',
  'destructuring',
  'dynamic-import',
  'for-await',
  'for-of',
  'generator',
  'logical-assignment',
  'new-target',
  'nullish-coalescing',
  'object-rest-spread',
  'optional-chain',
  'top-level-await',
] as const;

/** AWS stops a function after about a millisecond of processor time. A laptop may be busy with other things. */
const TIMEOUT_MS = 1000;

interface ViewerContext {
  readonly distributionDomainName: string;
  readonly distributionId: string;
  readonly requestId: string;
  readonly ip: string;
}

export type EdgeFunction = (request: EventRequest, context: ViewerContext) => Promise<unknown>;

/**
 * A function that runs in a context of its own, without timers, network, `require` or `eval`.
 *
 * @throws Error where CloudFront would not take the code, or the runtime not run it
 */
export function compileEdgeFunction(code: string): EdgeFunction {
  const bytes = Buffer.byteLength(code);
  if (bytes > CODE_BYTES) throw new Error(`FunctionCode: ${bytes} bytes, at most ${CODE_BYTES}`);
  checkSyntax(code);
  const context = createContext(Object.create(null) as object, {
    codeGeneration: { strings: false, wasm: false },
  });
  new Script(code, { filename: 'function.js' }).runInContext(context);
  const hasHandler = new Script('typeof handler === "function"').runInContext(context) as boolean;
  if (!hasHandler) throw new Error('FunctionCode: expected a function named handler');
  return async (request, { ip, ...where }) => {
    const event = {
      version: '1.0',
      context: { ...where, eventType: 'viewer-request' },
      viewer: { ip },
      request,
    };
    // As text, so that no object of this process gets into the context.
    const call = `Promise.resolve(handler(${JSON.stringify(event)})).then(JSON.stringify)`;
    const answer = (await new Script(call).runInContext(context, { timeout: TIMEOUT_MS })) as
      | string
      | undefined;
    return answer === undefined ? undefined : (JSON.parse(answer) as unknown);
  };
}

/** esbuild rewrites, or refuses, what a runtime is said to lack. */
function checkSyntax(code: string): void {
  const supported = Object.fromEntries(LACKS.map((feature) => [feature, false]));
  const plain = transformSync(code, { target: 'esnext' }).code;
  let rewritten: string | undefined;
  try {
    rewritten = transformSync(code, { target: 'esnext', supported, logLevel: 'silent' }).code;
  } catch (error) {
    throw new Error(`FunctionCode: not of the runtime cloudfront-js-2.0: ${(error as Error).message}`);
  }
  if (rewritten !== plain)
    throw new Error(
      `FunctionCode: the runtime cloudfront-js-2.0 lacks some of its syntax: ${LACKS.join(', ')}`,
    );
}
