/**
 * An event's id for a path of the API. API Gateway decodes a path twice, and the client escapes it once, so these
 * characters are escaped once more.
 */
export const pathId = (id: string): string => id.replace(/[%/?]/g, encodeURIComponent);
