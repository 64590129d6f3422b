/**
 * Where queues are, as a variable of a function says: one URL in full, and of all others the names, by AWS region. A URL is
 * twice as long as a name, and a function's variables have 4 KB together. Nothing in it needs a quote, which would count
 * twice, as JSON.
 *
 * ```
 * https://sqs.us-east-1.amazonaws.com/123456789012/any;. slow=aName bulk=bName;eu,eu-north-1@eu-central-1 slow=cName
 * ```
 */

/** Queues of one AWS region. */
export interface RegionalQueues {
  /** The AWS region; undefined for home's. */
  readonly region: string | undefined;
  /** Regions, as events name them, whose deliveries go there; none while it is being given up. */
  readonly serves: readonly string[];
  /** Names by what the queues are for. When read: URLs. */
  readonly queues: Readonly<Record<string, string>>;
}

/** @param home the URL of a queue at home */
export const writeQueues = (home: string, regions: readonly RegionalQueues[]): string =>
  [home, ...regions.map(writeRegion)].join(';');

const writeRegion = ({ region, serves, queues }: RegionalQueues): string => {
  const at = region === undefined ? '' : `@${region}`;
  return [serves.join(',') + at, ...Object.entries(queues).map(([name, queue]) => `${name}=${queue}`)].join(
    ' ',
  );
};

/** @returns the queues by their URLs */
export function readQueues(text: string): RegionalQueues[] {
  const [home = '', ...regions] = text.split(';');
  return regions.map((written) => {
    const [served = '', ...queues] = written.split(' ');
    const [serves = '', region] = served.split('@');
    return {
      region,
      serves: serves === '' ? [] : serves.split(','),
      queues: Object.fromEntries(
        queues.map((entry) => {
          const [name = '', queue = ''] = entry.split('=');
          return [name, urlOf(queue, home, region)];
        }),
      ),
    };
  });
}

/** @param like the URL of a queue of the same account, at home */
export function urlOf(name: string, like: string, region?: string): string {
  const at = region === undefined ? like : like.replace(/^(https?:\/\/sqs\.)[^.]+/, `$1${region}`);
  return at.slice(0, at.lastIndexOf('/') + 1) + name;
}

/**
 * Stands for the region that Posthorn's tables are in. No event can name it: names of regions begin with a letter or
 * digit.
 */
export const HOME = '.';
