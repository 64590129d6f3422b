import type { Schemas } from '../../client/index.ts';
import type { Context } from '../context.ts';
import { field, ID, time } from '../output/columns.ts';
import type { Column } from '../output/value.ts';
import type { Row } from '../routes/row.ts';

type Lost = Schemas['LostReceipts'];

const TARGET = 'tgt_01JC';
const RECEIPT = '01KAK2V5E4V2N9CR0Q6WV7Z1QX.sub_01KAK2V5E4V2N9CR0Q6WV7Z1QY.1.b0dsVHhhS2Q4Wm1R';

/** What is said where not all came to something. */
const noteOf =
  (what: string) =>
  ({ lost }: Lost): string =>
    lost.length === 0
      ? `${what}.`
      : `${what}, but for ${lost.length}: another consumer has them by now, or they are done with.`;

const COLUMNS: readonly Column[] = [
  ID,
  field('type'),
  time('accepted', 'acceptedAt'),
  field('attempt'),
  time('leased until', 'leaseUntil'),
  field('body', ({ body, encoding }: Schemas['Message']) =>
    encoding === 'text' ? body : `${encoding}: ${body}`,
  ),
];

const showMessages = ({ out }: Context, { items }: Schemas['Messages']): Promise<void> =>
  out.rows(COLUMNS, items, 'Nothing waits to be fetched.');

const showLost = async ({ out }: Context, { lost }: Lost): Promise<void> => {
  for (const receipt of lost) await out.text(receipt);
};

/** Fetching, step by step: for tests and scripts. `messages consume` does all of it. */
export const messageRows: readonly Row[] = [
  {
    words: 'messages fetch',
    operation: 'fetchMessages',
    summary: 'Fetch messages of a target of kind pull.',
    description:
      'They are leased: no other consumer gets them until that is over. Acknowledge each by its receipt, which --json shows, or it comes again.',
    examples: [
      `posthorn messages fetch ${TARGET}`,
      [
        `posthorn messages fetch ${TARGET} --max 100 --lease-seconds 600 --json`,
        'a hundred, for ten minutes',
      ],
    ],
    show: showMessages,
  },
  {
    words: 'messages acknowledge',
    operation: 'acknowledgeMessages',
    summary: 'Acknowledge messages: they are delivered.',
    examples: [`posthorn messages acknowledge ${TARGET} --receipts ${RECEIPT}`],
    show: showLost,
    note: noteOf('Acknowledged'),
  },
  {
    words: 'messages release',
    operation: 'releaseMessages',
    summary: 'Give messages back, so that they can be fetched again.',
    examples: [
      `posthorn messages release ${TARGET} --receipts ${RECEIPT}`,
      [`posthorn messages release ${TARGET} --receipts ${RECEIPT} --delay-seconds 60`, 'in a minute'],
    ],
    show: showLost,
    note: noteOf('Given back'),
  },
  {
    words: 'messages extend',
    operation: 'extendMessages',
    summary: 'Keep messages for longer.',
    examples: [`posthorn messages extend ${TARGET} --receipts ${RECEIPT} --lease-seconds 600`],
    show: showLost,
    note: noteOf('Extended'),
  },
];
