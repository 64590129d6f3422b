/** A problem of a value, and the path of the setting that holds it. */
export interface SettingProblem {
  readonly field: string;
  readonly message: string;
}
