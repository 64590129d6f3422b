/**
 * What runs inside a worker thread: loads a function's bundle once and calls its handler, one event at a time,
 * as Lambda's runtime does. Every worker pays for it, so it imports nothing of the project, unless its time is
 * simulated, and is plain JavaScript: the type stripper would cost each worker some megabytes.
 */
import { parentPort, workerData } from 'node:worker_threads';

/** @type {import('./protocol.ts').Settings} */
const settings = workerData;

/** @type {import('./protocol.ts').ToMain[]} */
let outbox = [];

/**
 * Sends a message, together with what else is sent in the same turn of the event loop: each parcel wakes a thread.
 * @param {import('./protocol.ts').ToMain} message
 */
function send(message) {
  if (outbox.push(message) === 1) process.nextTick(post);
}

function post() {
  parentPort.postMessage(outbox);
  outbox = [];
}

// What is sent just before an exit reaches the main thread.
process.on('exit', () => outbox.length > 0 && post());

/**
 * What a function prints goes with its other messages, and so comes before its result. Node's own streams between
 * threads come later, and cost a message each.
 * @param {'stdout' | 'stderr'} stream
 */
function printByMessage(stream) {
  process[stream].write = (chunk, encoding, written = encoding) => {
    send({
      kind: 'printed',
      stream,
      text: typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString(),
    });
    if (typeof written === 'function') process.nextTick(written);
    return true;
  };
}
printByMessage('stdout');
printByMessage('stderr');

function describe(error) {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: '' };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' };
}

async function load() {
  const handler = (await import(settings.moduleUrl))[settings.exportName];
  if (typeof handler !== 'function')
    throw new TypeError(`${settings.exportName} is not an exported function`);
  return handler;
}

/** @param {import('./protocol.ts').Invoke} message */
function contextOf(message) {
  return {
    awsRequestId: message.requestId,
    functionName: settings.functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: settings.functionArn,
    memoryLimitInMB: String(settings.memoryMb),
    logGroupName: `/aws/lambda/${settings.functionName}`,
    logStreamName: 'local',
    callbackWaitsForEmptyEventLoop: false,
    getRemainingTimeInMillis: () => Math.max(0, message.deadline - Date.now()),
  };
}

/** @param {import('./protocol.ts').Invoke} message */
async function invoke(message) {
  try {
    // Where Lambda puts it for the SDK, which sends it with each call.
    process.env._X_AMZN_TRACE_ID = message.trace;
    const result = await handler(JSON.parse(message.event), contextOf(message));
    send({ kind: 'returned', payload: JSON.stringify(result) ?? 'null' });
  } catch (error) {
    send({ kind: 'threw', error: describe(error) });
  }
}

/** What settles each call that waits for its answer, by the call's id. */
const calls = new Map();
let lastCall = 0;

/**
 * Makes a signed request to an emulated service without a connection, through this thread's port. The functions' AWS
 * client looks for it under this name. Rejects where a connection would fail: another host, or an abort.
 */
globalThis[Symbol.for('posthorn.transport')] = ({ method, url, headers, body, signal }) =>
  new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const path = url.slice(settings.endpoint.length);
    if (!url.startsWith(settings.endpoint) || !path.startsWith('/')) throw unreachable(url);
    const id = ++lastCall;
    const settle = (answer) => {
      calls.delete(id);
      signal?.removeEventListener('abort', abort);
      resolve(answer);
    };
    const abort = () => {
      calls.delete(id);
      reject(signal.reason);
    };
    signal?.addEventListener('abort', abort);
    calls.set(id, settle);
    send({ kind: 'call', id, method, path, headers, body });
  });

function unreachable(url) {
  const { host } = new URL(url);
  const message = `connect ECONNREFUSED ${host}: only ${settings.endpoint} is reached from here`;
  return Object.assign(new Error(message), { code: 'ECONNREFUSED' });
}

let handler;
try {
  // Only then does it cost something.
  if (settings.clock) (await import('../core/clock.ts')).shiftTime(settings.clock);
  // A bundle may make calls while it loads.
  parentPort.on('message', (/** @type {import('./protocol.ts').ToWorker[]} */ parcel) => {
    for (const message of parcel) {
      if (message.kind === 'invoke') invoke(message);
      else calls.get(message.id)?.(message.answer);
    }
  });
  handler = await load();
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unloadable', error: describe(error) });
}
