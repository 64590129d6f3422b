/**
 * What runs inside a worker thread: loads a function's bundle once and calls its handler, one event at a time,
 * as Lambda's runtime does. Every worker pays for it, so it imports nothing of the project, unless its time is
 * simulated, and is plain JavaScript: the type stripper would cost each worker some megabytes.
 */
import { parentPort, workerData } from 'node:worker_threads';

/** @type {import('./protocol.ts').Settings} */
const settings = workerData;

/** @param {import('./protocol.ts').ToMain} message */
const send = (message) => parentPort.postMessage(message);

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

/** @param {import('./protocol.ts').ToWorker} message */
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

try {
  // Only then does it cost something.
  if (settings.clock) (await import('../core/clock.ts')).shiftTime(settings.clock);
  const handler = await load();
  parentPort.on('message', async (message) => {
    try {
      // Where Lambda puts it for the SDK, which sends it with each call.
      process.env._X_AMZN_TRACE_ID = message.trace;
      const result = await handler(JSON.parse(message.event), contextOf(message));
      send({ kind: 'returned', payload: JSON.stringify(result) ?? 'null' });
    } catch (error) {
      send({ kind: 'threw', error: describe(error) });
    }
  });
  send({ kind: 'ready' });
} catch (error) {
  send({ kind: 'unloadable', error: describe(error) });
}
