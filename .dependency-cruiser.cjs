/**
 * Who may import whom. Paths are regular expressions against the resolved path; a type counts as much as a value unless
 * a rule says otherwise. An exception stands in the rule that it is from, with its reason.
 */

/**
 * The folders of lambdas/, in the order of docs/architecture.md. A file imports its own folder and those before it, never
 * one after it.
 */
const FOLDERS = [
  'values',
  'platform',
  'events',
  'audit',
  'matching',
  'catalogue',
  'config',
  'http-client',
  'tenants',
  'targets',
  'transform',
  'destinations',
  'access',
  'http',
  'endpoint-health',
  'rate-limit',
  'delivery',
  'hold-queue',
  'pull',
  'parking',
  'notifications',
  'stats',
  'costs',
  'alerting',
  'listeners',
  'live',
  'publishing',
  'sources',
  'receiver',
  'fanout',
  'replay',
  'recovery',
  'erasure',
  'api',
  'manage',
  'functions',
];

const inFolders = (names) => `^lambdas/(${names.join('|')})/`;

const upward = FOLDERS.slice(0, -1).map((folder, place) => ({
  name: `${folder}-imports-nothing-after-it`,
  comment: 'A folder that needs something of a later one declares an interface; the handler hands it in.',
  severity: 'error',
  from: { path: inFolders([folder]) },
  to: { path: inFolders(FOLDERS.slice(place + 1)) },
}));

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

module.exports = {
  forbidden: [
    rule(
      'no-circle',
      'Two files that need each other are one, or have a third below them.',
      {},
      { circular: true },
    ),
    rule('resolves', 'The file is there.', {}, { couldNotResolve: true }),
    rule(
      'each-folder-has-its-place',
      'A new folder under lambdas/ gets its place among FOLDERS; no file stands loose.',
      {},
      { path: '^lambdas/', pathNot: inFolders(FOLDERS) },
    ),
    ...upward,
    rule(
      'only-handlers-read-the-environment',
      'Everything else gets what it needs as an argument.',
      {
        path: '^lambdas/',
        pathNot: [
          '^lambdas/functions/',
          // Region, credentials and hosts of AWS, as its SDK reads them; and the one dimension that all metrics have.
          '^lambdas/platform/(home|log|aws/(aws-client|endpoint|signature|sts))[.]ts$',
        ],
      },
      { path: '^lambdas/platform/env[.]ts$' },
    ),
    rule(
      'only-handlers-import-stores',
      'A handler binds stores to their tables and hands them in. Their types are for all.',
      {
        path: '^lambdas/',
        pathNot: [
          '^lambdas/functions/',
          '-store[.]ts$',
          // It lists the keys of all that a tenant can have, which the stores know. It calls none of them.
          '^lambdas/erasure/erase-config[.]ts$',
        ],
      },
      { path: '-store[.]ts$', dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'the-sdk-is-for-stores',
      'What AWS is asked for stands in stores and in platform/.',
      {
        path: '^lambdas/',
        pathNot: [
          '^lambdas/platform/',
          '-store[.]ts$',
          // It publishes to one topic, and keeps nothing.
          '^lambdas/notifications/alert-topic[.]ts$',
        ],
      },
      { path: '^node_modules/(@aws-sdk|@smithy)/' },
    ),
    rule(
      'only-the-http-client-connects',
      'Each connection to an endpoint goes through the guard. AWS is the only other place to connect to.',
      { path: '^lambdas/', pathNot: '^lambdas/(http-client/|platform/aws/transport[.]ts$)' },
      { path: '^(http|https|http2|net|tls|dns|dgram)(/promises)?$' },
    ),
    rule(
      'only-functions-read-files',
      'A subject has no file system and no processes.',
      {
        path: '^lambdas/',
        // Expressions of tenants run in a process of their own, which these files start and are.
        pathNot: '^lambdas/(functions|transform/process)/',
      },
      { path: '^(fs|fs/promises|worker_threads|child_process|process)$' },
    ),
    rule(
      'lambdas-import-nothing-else',
      'Functions are bundled without the stacks and the local cloud.',
      { path: '^lambdas/' },
      { path: '^(bin|lib|local|bench|test)/' },
    ),
    rule(
      'lambdas-import-what-is-deployed',
      'A development package is not in a bundle, but for its types.',
      { path: '^lambdas/' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    rule(
      'stacks-import-no-handler',
      'lib imports shared declarations: routes, metrics, limits.',
      { path: '^(lib|bin)/' },
      { path: '^(lambdas/functions|local|bench|test)/' },
    ),
    rule(
      'the-local-cloud-knows-the-template-alone',
      'It runs bundles, as AWS does.',
      { path: '^local/' },
      { path: '^(lambdas|bench|test|console)/' },
    ),
    rule(
      'the-client-knows-the-api-alone',
      'What it knows of the API is in the OpenAPI document, from which its generator writes its types.',
      { path: '^client/', pathNot: '^client/generate[.]ts$' },
      { path: '^(bin|lib|lambdas|local|bench|test|console|cli)/' },
    ),
    rule(
      'the-client-runs-anywhere',
      'In Node, in a browser, in a function: what it needs is in all of them.',
      { path: '^client/', pathNot: '^client/(generate|build)[.]ts$' },
      { dependencyTypes: ['core'] },
    ),
    rule(
      'the-console-knows-the-client-alone',
      'What it knows of the API is what the client knows.',
      { path: '^console/' },
      { path: '^(bin|lib|lambdas|local|bench|test)/' },
    ),
    rule(
      'nothing-imports-the-console',
      'It is built, and served as files.',
      { path: '^(bin|lib|lambdas|local|bench)/' },
      { path: '^console/' },
    ),
    rule(
      'the-tool-stands-on-the-client',
      'What it knows of the API is in the client and the OpenAPI document. It signs as targets do, to say what is wrong with a request, and posts as dispatch does, to say what is wrong with an endpoint. It reads event types as filters do.',
      { path: '^cli/', pathNot: '^cli/generate[.]ts$' },
      {
        path: '^(bin|lib|lambdas|local|bench|test|console)/',
        pathNot: [
          '^lambdas/(targets/signature|values/|http-client/|events/(event-type|payload|type-index)[.]ts$)',
          '^lambdas/(targets/(challenge|request-headers|timeout)|delivery/batch|endpoint-health/patience)[.]ts$',
        ],
      },
    ),
    rule(
      'examples-are-programs-of-others',
      'They use the client, the package `posthorn` by its source, and the local cloud to run on.',
      { path: '^examples/' },
      { path: '^(bin|lib(?!/posthorn[.]ts$)|lambdas|bench|test|console|cli)/' },
    ),
    rule(
      'nothing-imports-the-simulation',
      'It is evidence: what it simulates does not know of it.',
      { path: '^(bin|lib|lambdas|local|bench|examples|client|cli|console)/' },
      { path: '^simulate/' },
    ),
    rule(
      'nothing-imports-examples',
      'They are run, and read.',
      { path: '^(bin|lib|lambdas|local|bench|client|cli|console)/' },
      { path: '^examples/' },
    ),
    rule(
      'nothing-imports-the-tool',
      'It is bundled, and run.',
      { path: '^(bin|lib|lambdas|local|bench|console|client)/' },
      { path: '^cli/' },
    ),
    rule(
      'nothing-imports-the-site',
      'It is made of pages and declarations, which do not know of it.',
      { path: '^(bin|lib|lambdas|local|bench|examples|simulate|client|cli|console)/' },
      { path: '^site/' },
    ),
    rule(
      'pages-stand-apart',
      'A page is loaded by itself. What two pages need stands in parts/ or list/.',
      { path: '^console/pages/([^/]+)/' },
      { path: '^console/pages/', pathNot: '^console/pages/$1/' },
    ),
    rule(
      'parts-know-no-page',
      'What pages are made of knows none of them.',
      { path: '^console/(api|live|parts|list)/' },
      { path: '^console/pages/' },
    ),
  ],
  options: {
    // Of TypeScript 7 there is no API yet that the tool could use.
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    // What builds leave: of the site, and of the package.
    exclude: { path: '^(site/(dist|[.]cache|[.]pages)|construct/(dist|bundle))/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.d.ts', '.json'],
    },
  },
};
