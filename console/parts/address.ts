/** Where an endpoint leads: its URL, or the address of a kind that has none. */
export const addressOf = ({
  url,
  address,
}: {
  readonly url?: string | undefined;
  readonly address?: string | undefined;
}): string => url ?? address ?? '';
