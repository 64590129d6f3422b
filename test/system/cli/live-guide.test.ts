import { replyFor, startReceiver } from '../../../local/receiver.ts';
import { sharedCloud } from '../../helpers/cloud.ts';
import { onFileEnd } from '../../helpers/file-end.ts';
import { describePage, pageReader } from '../../helpers/guide/console-page.ts';

const { apiUrl, key } = await sharedCloud();
const receiver = await startReceiver(({ path }) => replyFor(path));
onFileEnd(receiver.close);

const reader = pageReader({ POSTHORN_URL: apiUrl, POSTHORN_KEY: key }, [
  ['localhost:9090', new URL(receiver.url).host],
  // Nobody may listen there.
  ['localhost:3999', '127.0.0.1:9'],
]);

describePage('cli-live.md', '(A20, D7, E6)', reader);
describePage('start.md', '(A20, E6)', reader);
