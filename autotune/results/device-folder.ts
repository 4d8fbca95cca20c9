/** The folder name of a device's results: `NVIDIA H200` -> `nvidia-h200`. Throws RangeError when nothing is left. */
export function deviceFolder(name: string): string {
  const folder = name
    .replace(/\((?:R|TM)\)/gi, '')
    .toLowerCase()
    .replace(/[^a-z0-9.]+/g, '-')
    .replace(/^[-.]+|[-.]+$/g, '');
  if (folder === '')
    throw new RangeError(`Expected a device name with letters or digits but received "${name}"`);
  return folder;
}
