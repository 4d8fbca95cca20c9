/** What measurements have to have in common to be continued: device, driver, compiler and the options that change them. */
export type Fingerprint = Readonly<Record<string, string | number | boolean | null>>;

/** One text for each entry that is not the same, e.g. `driver ("550.54" there, "560.35" now)`. */
export function differences(found: Fingerprint, expected: Fingerprint): string[] {
  const keys = [...new Set([...Object.keys(found), ...Object.keys(expected)])].sort();
  return keys
    .filter((key) => found[key] !== expected[key])
    .map((key) => `${key} (${show(found[key])} there, ${show(expected[key])} now)`);
}

function show(value: Fingerprint[string] | undefined): string {
  return value === undefined ? 'none' : JSON.stringify(value);
}
