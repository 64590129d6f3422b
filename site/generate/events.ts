import { OPERATIONAL_DESCRIPTIONS } from '../../lambdas/notifications/operational-schemas.ts';
import { type Schema, schemaRows } from '../pages/schema-rows.ts';
import { code, table } from '../pages/table.ts';

/** docs/events.md: what Posthorn tells a tenant of itself. */
export function eventsPage(): string {
  const all = Object.entries(OPERATIONAL_DESCRIPTIONS);
  const parts = all.map(
    ([type, { description, schema, sample }]) =>
      `## ${type}\n\n${description}\n\n${table(['member', 'type', 'what'], schemaRows(schema as Schema, {}))}
\`\`\`json
${JSON.stringify(sample, null, 2)}
\`\`\`
`,
  );
  return `# Operational events

Posthorn tells a tenant of its own targets and deliveries by events, which a subscription gets like any other:
\`"events": ["posthorn.**"]\`. They are signed, retried and logged as all are, and one that fails causes no further ones without end
([decision 23](decisions/23-loops.md)). Here is the \`data\` of each; later releases may add members.

${table(
  ['type', 'when'],
  all.map(([type, { description }]) => [`[${code(type)}](#${type.replaceAll('.', '')})`, description]),
)}
${parts.join('\n')}`;
}
