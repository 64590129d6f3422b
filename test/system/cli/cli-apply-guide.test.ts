import { sharedCloud } from '../../helpers/cloud.ts';
import { describePage, pageReader } from '../../helpers/guide/console-page.ts';

const { apiUrl, key } = await sharedCloud();

describePage('cli-apply.md', '(A20, E6)', pageReader({ POSTHORN_URL: apiUrl, POSTHORN_KEY: key }));
