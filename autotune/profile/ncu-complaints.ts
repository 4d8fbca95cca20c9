/** Why ncu gave no counters, from what it printed. */

/** What the profiled program prints before the reason why it failed. */
export const launchFailure = 'the kernel was not launched as it should:';

/** Those of the metrics asked for that ncu says it does not know. */
export function unknownMetrics(output: string, asked: readonly string[]): string[] {
  const lines = complaints(output).filter((line) => /metric/i.test(line));
  return asked.filter((metric) => lines.some((line) => names(line, metric)));
}

/** Whether ncu complains of metrics, known to us or not. */
export function rejectsMetrics(output: string): boolean {
  return complaints(output).some((line) =>
    /failed to find metric|metrics? .*(not|unknown|invalid)/i.test(line),
  );
}

/** What ncu says when the driver keeps counters from this user. */
export function isForbidden(output: string): boolean {
  return output.includes('ERR_NVGPUCTRPERM');
}

/** The line that tells most: what the program said, else the first error of ncu, else its last word. */
export function firstComplaint(output: string): string {
  const lines = output.split(/\r?\n/).map((line) => line.trim());
  const launch = launchComplaint(output);
  const [error] = complaints(output);
  return launch ?? error ?? lines.findLast((line) => line !== '') ?? 'it printed nothing';
}

/** Why the profiled program failed, or undefined. */
export function launchComplaint(output: string): string | undefined {
  const line = output.split(/\r?\n/).find((text) => text.includes(launchFailure));
  return line?.slice(line.indexOf(launchFailure)).trim();
}

/** Lines such as `==ERROR== Failed to find metric regex:^name\.(sum|avg)$`, patterns as plain text. */
function complaints(output: string): string[] {
  return output
    .split(/\r?\n/)
    .filter((line) => /^==(ERROR|WARNING)==/.test(line) && !/^==WARNING== Note:/.test(line))
    .map((line) => line.replaceAll('\\', '').trim())
    .sort((a, b) => Number(b.startsWith('==ERROR')) - Number(a.startsWith('==ERROR')));
}

/** A pattern names a metric without what follows its first dot. */
function names(line: string, metric: string): boolean {
  const wanted = line.includes('regex:') ? metric.split('.')[0]! : metric;
  const escaped = wanted.replaceAll('.', '\\.');
  const end = line.includes('regex:') ? '(?!\\w)' : '(?!\\.?\\w)';
  return new RegExp(`(?<!\\w)${escaped}${end}`).test(line);
}
