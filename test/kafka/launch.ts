import type { TestProject } from 'vitest/node';
import { eventually } from '../helpers/eventually.ts';
import { HOW, noBroker, startBroker } from '../helpers/kafka/broker.ts';
import { topicsOf } from '../helpers/kafka/topics.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Where the broker of this run is reached; empty without one. */
    kafkaBroker: string;
  }
}

/** Starts one Kafka for all tests of the project. Where there is no Java, they are skipped, but not in CI. */
export default async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const lacking = noBroker();
  if (lacking !== undefined) {
    if (process.env.CI) throw new Error(`${lacking}, and CI skips no test. ${HOW}`);
    console.log(`The tests with a Kafka are skipped: ${lacking}. ${HOW}`);
    project.provide('kafkaBroker', '');
    return undefined;
  }
  const broker = await startBroker();
  await using topics = topicsOf(broker.address);
  // The first group makes a broker create its topic of offsets, which takes a second.
  await eventually(() => topics.committed('first', 'none'), { timeout: 30_000 });
  project.provide('kafkaBroker', broker.address);
  return broker.stop;
}
