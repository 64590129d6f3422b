import * as z from 'zod';
import { PATH } from '../../destinations/presets/facts.ts';
import { linkProblem, pathProblem, templateProblem } from '../../destinations/presets/template.ts';
import { eventPattern, record, text, wellFormed } from '../schemas.ts';

/** Pieces of the settings of presets. */

/** The same as the code's, in the words of patterns.ts. */
const PATH_FORM = '^(id|type|source|region|priority|time|data(\\.[^.{}\\x00-\\x1f\\x7f-\\x9f]+)*)$';

const MAX_PATH = 512;
const path = text((value) => (PATH.test(value) ? undefined : pathProblem(value)), MAX_PATH, PATH_FORM).meta({
  id: 'EventPath',
});

const template = (max: number) => text(templateProblem, max).min(1).meta({ minLength: 1, maxLength: max });

/** A text with places for what the event says. */
export const templateOf = (max: number, what: string) =>
  template(max).meta({ description: `${what} A template, as \`title\`.` });

const PLACES =
  'A template: `{{data.order.id}}` stands for a value of the payload, `{{type}}`, `{{id}}`, `{{source}}`, `{{region}}`, `{{priority}}` and `{{time}}` for those of the event.';

/** Templates of which one that lacks a value is left out. */
export const tagsOf = (max: number, example: string) =>
  z
    .array(template(200))
    .max(max)
    .optional()
    .meta({
      description: `Templates, such as \`${example}\`. One whose value is missing is left out.`,
    });

/** What a message says of any event. Each is a schema of its own in the document, since all presets have them. */
const title = template(300).meta({
  id: 'MessageTitle',
  description: `What the message is called; the event’s type when left out. ${PLACES}`,
});
const fields = z.array(path).min(1).max(20).meta({
  id: 'MessageFields',
  description:
    'Paths of what is shown of the payload, such as `data.amount`. When left out, each member of the payload is shown, as far as there is room.',
});
const link = text(linkProblem, 1024).meta({
  id: 'MessageLink',
  description:
    'An https URL that the message leads to. It may have places behind its host, such as `https://shop.example/orders/{{data.order.id}}`. Without a value for each, the message has no link.',
});

export const ofMessages = {
  title: title.optional(),
  fields: fields.optional(),
  link: link.optional(),
};

const pattern = eventPattern.meta({ id: 'EventPattern' });

/** How one of a few values follows from an event. */
export const choiceOf = <const V extends readonly [string, ...string[]]>(all: V, what: string) => {
  const value = z.enum(all);
  return z
    .strictObject({
      path: path.optional().meta({ description: 'Where the event says it, such as `data.level`.' }),
      values: record(
        /^[!-~][ -~]{0,127}$/,
        'expected texts of 1 to 128 printable ASCII characters',
        value,
        50,
      )
        .optional()
        .meta({
          description:
            'What is meant by what stands at `path`. Its own words and the common ones need no entry.',
        }),
      events: z
        .array(z.strictObject({ type: pattern, is: value }))
        .max(50)
        .optional()
        .meta({ description: 'By the event’s type, where the path says nothing. The first that fits.' }),
      otherwise: value.optional().meta({ description: 'Where nothing else says it.' }),
    })
    .meta({ description: what });
};

/** A credential. `[hidden]` stands for it in what is shown. */
export const credential = (max: number, what: string) =>
  wellFormed(max)
    .min(1)
    .meta({ minLength: 1, maxLength: max, description: `${what} Shown as \`[hidden]\`.` });

/** The service's own host is elsewhere on a developer's machine. */
export const endpoint = z.string().max(2048).optional().meta({
  description:
    'A host that stands for the service’s own, without path. Only in environments that allow private addresses, for tests.',
});
