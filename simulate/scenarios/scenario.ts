import type { ParseArgsConfig } from 'node:util';

/** What a scenario is told. */
export interface ScenarioOptions {
  readonly seed: number;
  /** Little of everything, to see that it runs. */
  readonly isQuick: boolean;
  /** Of its own options, those that are given. */
  readonly others: Readonly<Record<string, unknown>>;
  /** What was typed, for a result's `run.command`. */
  readonly command: string;
  print(text: string): void;
}

/** A module that is loaded when its scenario is asked for. */
interface ScenarioModule {
  /** @returns its figures, which `--json` writes; undefined where it has none */
  run(options: ScenarioOptions): Promise<object | undefined>;
}

export interface Scenario {
  /** In a list of all. */
  readonly about: string;
  /** Besides `--seed`, `--quick` and `--json`. */
  readonly options?: NonNullable<ParseArgsConfig['options']>;
  load(): Promise<ScenarioModule>;
}
