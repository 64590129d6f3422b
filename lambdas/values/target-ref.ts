/** Names a target among those of all tenants. */
export interface TargetRef {
  readonly tenant: string;
  readonly target: string;
}

export const refName = ({ tenant, target }: TargetRef): string => `${tenant}/${target}`;
