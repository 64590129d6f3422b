// The event catalogue. What it shows was written by others, so it becomes text and never markup.

const PAGE_SIZE = 200;
/** How deep into a schema the table of fields goes; what lies deeper can be read in the schema itself. */
const MAX_DEPTH = 6;

const byId = (id) => document.getElementById(id);
const form = byId('credential-form');
const credential = byId('credential');
const catalogue = byId('catalogue');
const search = byId('search');
const list = byId('types');
const status = byId('status');

/** The key or token that the catalogue is read with. */
let bearer = '';
/** Entries of the list, with the text that a search looks at. */
let entries = [];

function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

/** All event types, page after page. */
async function* eventTypes(token) {
  let cursor = null;
  do {
    const url = new URL('v1/event-types', location.href);
    url.search = new URLSearchParams({ limit: PAGE_SIZE, ...(cursor && { cursor }) });
    const answer = await fetch(url, { headers: { authorization: `Bearer ${token}` }, cache: 'no-store' });
    if (!answer.ok) throw new Error(await reasonOf(answer));
    const { items, next } = await answer.json();
    yield* items;
    cursor = next;
  } while (cursor);
}

/** Posthorn's own event types, which everybody can subscribe to. */
async function* ownEventTypes() {
  const answer = await fetch(new URL('v1/openapi.json', location.href));
  if (!answer.ok) return;
  const { webhooks = {}, info } = await answer.json();
  for (const [name, { post }] of Object.entries(webhooks)) {
    const { schema, example: sample } = post.requestBody.content['application/json'];
    yield { name, version: info.version, description: post.summary, schema, sample, isOwn: true };
  }
}

async function reasonOf(answer) {
  if (answer.status === 401 || answer.status === 403) return 'This key or token is not accepted here.';
  const { message } = await answer.json().catch(() => ({}));
  return `The event types could not be read: ${message ?? answer.status}.`;
}

async function show(token) {
  bearer = token;
  entries = [];
  list.replaceChildren();
  status.textContent = 'Reading…';
  try {
    for await (const type of eventTypes(token)) add(type);
    for await (const type of ownEventTypes()) add(type);
    form.hidden = true;
    catalogue.hidden = false;
    applySearch();
    search.focus();
  } catch (error) {
    leave(error instanceof TypeError ? 'The service could not be reached.' : error.message);
  }
}

function add(type) {
  const entry = { text: `${type.name} ${type.description ?? ''}`.toLowerCase(), item: itemOf(type) };
  entries.push(entry);
  list.append(entry.item);
}

function leave(message) {
  bearer = '';
  entries = [];
  list.replaceChildren();
  catalogue.hidden = true;
  form.hidden = false;
  status.textContent = message;
  credential.focus();
}

function applySearch() {
  const words = search.value.toLowerCase().split(/\s+/);
  let shown = 0;
  for (const { text, item } of entries) {
    item.hidden = !words.every((word) => text.includes(word));
    shown += Number(!item.hidden);
  }
  status.textContent =
    entries.length === 0 ? 'There are no event types yet.' : `${shown} of ${entries.length} event types`;
}

/** One event type. What is inside is made when it is first opened. */
function itemOf(type) {
  const summary = element(
    'summary',
    {},
    element('span', { className: 'name', textContent: type.name }),
    element('span', { className: 'version', textContent: `version ${type.version}` }),
  );
  if (type.deprecated) {
    summary.append(element('span', { className: 'deprecated', textContent: 'deprecated' }));
  }
  if (type.description) {
    summary.append(element('span', { className: 'description', textContent: type.description }));
  }
  const details = element('details', {}, summary);
  details.addEventListener('toggle', () => open(details, type), { once: true });
  return element('li', {}, details);
}

function open(details, type) {
  const body = bodyOf(type);
  details.append(body);
  if (!type.isOwn) showChanges(body, type.name);
}

/** What became of the schema. Without it the rest is as good, so a failure shows nothing. */
async function showChanges(body, name) {
  const url = new URL(`v1/event-type-changes/${encodeURIComponent(name)}`, location.href);
  const answer = await fetch(url, {
    headers: { authorization: `Bearer ${bearer}` },
    cache: 'no-store',
  }).catch(() => undefined);
  if (!answer?.ok) return;
  const { items } = await answer.json();
  if (items.length > 0)
    body.append(element('h2', { textContent: 'Changes of the schema' }), changesOf(items));
}

const changesOf = (items) => element('ul', { className: 'changes' }, ...items.map(changeOf));

function changeOf({ at, version, previousVersion, compatibility, changes, more }) {
  const versions = previousVersion === undefined ? version : `${previousVersion} → ${version}`;
  const lines = changes.map(({ path, effect, message }) => {
    const text = path === '' ? message : `${path}: ${message}`;
    return element('li', { textContent: effect === 'unclear' ? `${text} (unclear)` : text });
  });
  if (more !== undefined) lines.push(element('li', { textContent: `and ${more} more` }));
  return element(
    'li',
    {},
    element('strong', { className: compatibility, textContent: compatibility }),
    ` ${dateOf(at)}, version ${versions}`,
    element('ul', {}, ...lines),
  );
}

function bodyOf({ schema, sample, createdAt, updatedAt, isOwn }) {
  const body = element('div', { className: 'body' });
  const fields = fieldsOf(schema);
  if (fields.length > 0) body.append(element('h2', { textContent: 'Fields' }), tableOf(fields));
  if (sample !== undefined) body.append(...codeOf('Sample payload', sample));
  if (schema !== undefined) body.append(...codeOf('JSON Schema', schema));
  const dates = isOwn
    ? 'Sent by Posthorn itself to subscriptions whose pattern begins with posthorn.'
    : `Added ${dateOf(createdAt)}, last changed ${dateOf(updatedAt)}`;
  body.append(element('p', { className: 'dates', textContent: dates }));
  return body;
}

const dateOf = (text) => new Date(text).toLocaleDateString(undefined, { dateStyle: 'medium' });

function codeOf(title, value) {
  const text = JSON.stringify(value, null, 2);
  const button = element('button', { type: 'button', className: 'quiet', textContent: 'Copy' });
  button.setAttribute('aria-label', `Copy: ${title}`);
  button.addEventListener('click', () => copy(text, button));
  const heading = element('div', { className: 'part' }, element('h2', { textContent: title }), button);
  const code = element('pre', { tabIndex: 0, textContent: text });
  code.setAttribute('aria-label', title);
  return [heading, code];
}

async function copy(text, button) {
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Not allowed';
  }
  setTimeout(() => {
    button.textContent = 'Copy';
  }, 2000);
}

/** The fields of a JSON Schema, those of objects in it below them: `items[].price`. */
function fieldsOf(schema, path = '', depth = 0) {
  if (depth > MAX_DEPTH || schema === null || typeof schema !== 'object') return [];
  const inItems = schema.items ? fieldsOf(schema.items, `${path}[]`, depth + 1) : [];
  const required = Array.isArray(schema.required) ? schema.required : [];
  const inProperties = Object.entries(schema.properties ?? {}).flatMap(([name, property]) => {
    const field = path ? `${path}.${name}` : name;
    const { description = '' } = Object(property);
    return [
      { field, type: typeOf(property), required: required.includes(name), description: String(description) },
      ...fieldsOf(property, field, depth + 1),
    ];
  });
  return [...inItems, ...inProperties];
}

function typeOf(schema) {
  const { type, enum: values, const: only, format, $ref } = Object(schema);
  if (values !== undefined) return [values].flat().map(shortText).join(' | ');
  if (only !== undefined) return shortText(only);
  const named = [type ?? $ref ?? 'any'].flat().map(shortName).join(' | ');
  return format === undefined ? named : `${named} (${shortName(format)})`;
}

const shortText = (value) => JSON.stringify(value);
const shortName = (value) => (typeof value === 'string' ? value : JSON.stringify(value));

function tableOf(fields) {
  const titles = ['Field', 'Type', 'Required', 'Description'];
  const cells = (tag, texts) => texts.map((textContent) => element(tag, { textContent }));
  const heads = cells('th', titles);
  for (const head of heads) head.scope = 'col';
  const rows = fields.map(({ field, type, required, description }) =>
    element('tr', {}, ...cells('td', [field, type, required ? 'yes' : '', description])),
  );
  return element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...heads)),
    element('tbody', {}, ...rows),
  );
}

/** A token behind `#token=` never goes to a server; here it leaves the address bar and the history as well. */
function takeTokenFromAddress() {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (!token) return;
  history.replaceState(null, '', location.pathname + location.search);
  show(token);
}

form.addEventListener('submit', (event) => {
  event.preventDefault();
  const token = credential.value.trim();
  credential.value = '';
  show(token);
});
search.addEventListener('input', applySearch);
byId('leave').addEventListener('click', () => leave(''));
addEventListener('hashchange', takeTokenFromAddress);
takeTokenFromAddress();
