/**
 * Requests each odd answer with the machine's curl, and prints where curl's verdict differs from the recorded one.
 * `node test/helpers/guide/curl-verdicts.ts`
 */
import { execFile } from 'node:child_process';
import { ODD_ANSWERS } from '../servers/odd-answers.ts';
import { serveOdd } from '../servers/odd-server.ts';

for (const odd of ODD_ANSWERS) {
  const { port, close } = await serveOdd(odd);
  const verdict = await curl(`http://127.0.0.1:${port}/hook`);
  close();
  if (JSON.stringify(verdict) === JSON.stringify(odd.curl)) continue;
  console.log(`${odd.name}: curl [${verdict.join(', ')}], written [${odd.curl.join(', ')}]`);
}

function curl(url: string): Promise<number[]> {
  const options = [
    '-s',
    '-o',
    '/dev/null',
    '-w',
    '%{http_code} %{exitcode}',
    '--max-time',
    '1',
    '-d',
    'hello',
    url,
  ];
  return new Promise((resolve) =>
    execFile('curl', options, (_, stdout) => {
      const [status = 0, exitCode = 0] = stdout.split(' ').map(Number);
      resolve(exitCode === 0 ? [status] : [status, exitCode]);
    }),
  );
}
