import type { TestProject } from 'vitest/node';
import { HOW, noBroker, startBroker } from '../helpers/kafka/broker.ts';

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
  project.provide('kafkaBroker', broker.address);
  return broker.stop;
}
