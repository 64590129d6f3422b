/** Text if it is well-formed UTF-8 without control characters, and JSON if it is that. */
export function readBytes(bytes: Uint8Array): { text?: string; json?: { value: unknown } } {
  let text: string;
  try {
    // A mark at the beginning is part of what was sent.
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return {};
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what tells binary data from text
  if (/[\u0000-\u0008\u000e-\u001f]/.test(text)) return {};
  try {
    return { text, json: { value: JSON.parse(text) } };
  } catch {
    return { text };
  }
}
