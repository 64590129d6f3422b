/**
 * SQS bills by started 64 KB; a message that stays under it, with room for its frame, costs one unit. It is
 * also far below the 1 MiB that SQS takes.
 */
const MAX_PACKED_BYTES = 60 * 1024;

/**
 * Packs things that travel as JSON into as few groups as the size allows, in their order. A single thing that
 * is larger gets a group of its own.
 */
export function packBySize<T>(things: readonly T[], maxBytes = MAX_PACKED_BYTES): T[][] {
  const groups: { things: T[]; bytes: number }[] = [];
  for (const thing of things) {
    const bytes = Buffer.byteLength(JSON.stringify(thing));
    const current = groups.at(-1);
    if (current && current.bytes + bytes <= maxBytes) {
      current.things.push(thing);
      current.bytes += bytes;
    } else {
      groups.push({ things: [thing], bytes });
    }
  }
  return groups.map((group) => group.things);
}
