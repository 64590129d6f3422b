/**
 * A function's bundle in a process of its own, as on Lambda. It answers one invocation after another, each with the
 * process's peak resident memory in bytes. Plain JavaScript with next to no imports: what it loaded itself would count.
 */
import { readFileSync } from 'node:fs';

const { moduleUrl, exportName, functionName, functionArn } = JSON.parse(process.argv[2]);
const handler = (await import(moduleUrl))[exportName];

/** On Linux `maxRSS` begins with the memory of the process that this one was forked from. */
function peakBytes() {
  if (process.platform !== 'linux') return process.resourceUsage().maxRSS * 1024;
  return Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))[1]) * 1024;
}

process.on('message', async ({ event, requestId, trace, deadline }) => {
  process.env._X_AMZN_TRACE_ID = trace;
  const getRemainingTimeInMillis = () => Math.max(0, deadline - Date.now());
  const context = {
    awsRequestId: requestId,
    functionName,
    invokedFunctionArn: functionArn,
    getRemainingTimeInMillis,
  };
  const outcome = await handler(JSON.parse(event), context).then(
    (result) => ({ payload: JSON.stringify(result) ?? 'null' }),
    (error) => ({
      error: { errorType: error.name, errorMessage: error.message, stack: error.stack ?? '' },
    }),
  );
  process.send({ ...outcome, peakBytes: peakBytes() });
});
process.send('ready');
