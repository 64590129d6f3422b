import { type BundleOptions, bundle, type Code } from './bundle.ts';

/** The code of several functions, by folder. */
export async function bundleAll(
  folders: readonly string[],
  options: BundleOptions = {},
): Promise<ReadonlyMap<string, Code>> {
  const codes = await Promise.all(folders.map((folder) => bundle(folder, options)));
  return new Map(codes.map((code) => [code.folder, code]));
}
