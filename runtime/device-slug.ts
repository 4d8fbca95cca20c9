/** The name of a device as part of a path. */

/** The folder name of a device's results: `NVIDIA H200` -> `nvidia-h200`. Throws RangeError when nothing is left. */
export function deviceSlug(name: string): string {
  const slug = name
    .replace(/\((?:R|TM)\)/gi, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  if (slug === '')
    throw new RangeError(`Expected a device name with letters or digits but received "${name}"`);
  return slug;
}
