/** What a list of deliveries is of. */

const AGELESS = new Set(['queued', 'attempting', 'retrying', 'parked', 'dead']);

/** Whether a list is of what waits or is dead alone, which one wants to see however old it is. */
export function isAgeless({
  status,
  reason,
}: {
  readonly status?: string;
  readonly reason?: string;
}): boolean {
  if (reason) return true;
  return status !== undefined && status !== '' && status.split(',').every((each) => AGELESS.has(each));
}

/** Such as `Dead deliveries`, for the head of the list. @param status as the filter has it */
export function listWords(status: string | undefined): string {
  const all = status?.split(',') ?? [];
  if (all.length > 0 && all.every((each) => each === 'dead')) return 'Dead deliveries';
  if (all.length > 0 && all.every((each) => each === 'delivered')) return 'What was delivered';
  if (all.length > 0 && all.every((each) => AGELESS.has(each) && each !== 'dead')) return 'What waits';
  return 'Deliveries';
}
