import { runShop } from './run.ts';

/** `npm run example`: a day of a small shop on the local cloud. Exits with 1 when somebody got something wrong. */

console.log('Synthesising the template and bundling the functions …');
const { rows, problems } = await runShop((line) => console.log(line));
console.table(
  Object.fromEntries(
    rows.map(({ who, gets, expected, arrived, right }) => [
      who,
      { gets, expected, arrived, right: right ? '✓' : '✗' },
    ]),
  ),
);
for (const problem of problems) console.error(`✗ ${problem}`);
if (problems.length === 0) console.log('Everybody got what they had to get, and nothing else.');
process.exit(problems.length > 0 ? 1 : 0);
