/** A command line that does the same again, for results to state. */
export function npmCommand(script: string, args: readonly string[]): string {
  const quoted = args.map((arg) =>
    /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`,
  );
  return [`npm run ${script}`, ...(quoted.length === 0 ? [] : ['--', ...quoted])].join(' ');
}
