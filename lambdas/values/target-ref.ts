/** Names a target among those of all tenants. */
export interface TargetRef {
  readonly tenant: string;
  readonly id: string;
}

export const refName = ({ tenant, id }: TargetRef): string => `${tenant}/${id}`;
