/**
 * What runs inside a worker thread: loads a function's bundle once and calls its handler, one event at a time,
 * as Lambda's runtime does. It must stay small and import nothing of the project: every worker pays for it.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { Settings, ToMain, ToWorker } from './protocol.ts';

type Handler = (event: unknown, context: object) => unknown;

const settings = workerData as Settings;
const send = (message: ToMain): void => parentPort!.postMessage(message);

function describe(error: unknown): { errorType: string; errorMessage: string; stack: string } {
  if (!(error instanceof Error)) return { errorType: typeof error, errorMessage: String(error), stack: '' };
  return { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' };
}

async function load(): Promise<Handler> {
  const module = (await import(settings.moduleUrl)) as Record<string, unknown>;
  const handler = module[settings.exportName];
  if (typeof handler !== 'function')
    throw new TypeError(`${settings.exportName} is not an exported function`);
  return handler as Handler;
}

function contextOf(message: ToWorker): object {
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
  const handler = await load();
  parentPort!.on('message', async (message: ToWorker) => {
    try {
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
