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
  /**
   * @returns its figures, which `--json` writes; undefined where it has none
   * @throws UsageError for an option that makes no sense
   */
  run(options: ScenarioOptions): Promise<object | undefined>;
}

/** An option with a value. */
interface ScenarioOption {
  /** What the value is, such as `N` or `FILE`. */
  readonly value: string;
  readonly about: string;
}

export interface Scenario {
  /** In a list of all. */
  readonly about: string;
  /** Besides `--seed`, `--quick` and `--json`. By their names. */
  readonly options?: Readonly<Record<string, ScenarioOption>>;
  load(): Promise<ScenarioModule>;
}
