/** Gives the viewer a file. @param type as bytes unless it is our own: a browser opens none of it as a page */
export function download(
  content: Uint8Array<ArrayBuffer> | string,
  name: string,
  type = 'application/octet-stream',
): void {
  const url = URL.createObjectURL(new Blob([content], { type }));
  const link = Object.assign(document.createElement('a'), { href: url, download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
