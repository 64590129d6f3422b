/** `npm run release:keep`: the working tree becomes the release that later ones are held against. CONTRIBUTING.md says when. */
import { readFileSync, writeFileSync } from 'node:fs';
import { keepBundles } from './bundles.ts';
import { ENVIRONMENTS, releasedEnvironment, SNAPSHOT_FILE, type Snapshot } from './snapshot.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const environments = Object.entries(ENVIRONMENTS).map(([name, given]) => [
  name,
  releasedEnvironment(...given),
]);
const snapshot: Snapshot = { version, environments: Object.fromEntries(environments) };
writeFileSync(SNAPSHOT_FILE, `${JSON.stringify(snapshot, null, 2)}\n`);
await keepBundles();
console.log(`kept ${version} in test/fixtures/`);
