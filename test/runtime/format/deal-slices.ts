/** How slices are dealt to CTAs: the partition `slices` of StreamPartition, by plain searches. */

export interface Slice {
  readonly rows: number[];
  readonly steps: number;
}

export interface Dealt {
  /** Slices of each CTA in the order in which they are stored. */
  readonly ctas: Slice[][];
  /** Steps that each CTA has room for. */
  readonly room: number;
}

/**
 * Which CTA gets how many slices of which length follows from balance(); slices of one length go to their receivers in the
 * order of the rows that these have, again and again; then long and short slices in turns.
 */
export function deal(units: number[], rowsPerSlice: number, ctaCount: number): Dealt {
  const slices = cut(units, rowsPerSlice);
  const most = Math.ceil((1.25 * slices.length) / ctaCount);
  const promised = balance(slices, most, ctaCount);
  const owners = new Map<Slice, number>();
  const slicesOf = (cta: number) => slices.filter((slice) => owners.get(slice) === cta);
  const handOut = (alike: Slice[], receivers: number[]): void => {
    alike.forEach((slice) => owners.delete(slice));
    const empty = [...promised.keys()].filter((cta) => receivers.includes(cta) && slicesOf(cta).length === 0);
    const place = promised.map((_, cta) => {
      const own = slicesOf(cta);
      return own.length > 0
        ? own.reduce((sum, { rows }) => sum + rows[0]!, 0) / own.length
        : ((empty.indexOf(cta) + 0.5) / empty.length) * units.length;
    });
    receivers.sort((a, b) => place[a]! - place[b]! || a - b);
    receivers.forEach((cta, i) => owners.set(alike[i]!, cta));
  };
  const kinds = distinct(slices.map(({ steps }) => steps)).map((length) => ({
    alike: slices.filter(({ steps }) => steps === length),
    receivers: promised.flatMap((own, cta) => own.filter((steps) => steps === length).map(() => cta)),
  }));
  for (let round = 0; round <= 6; round++) {
    for (const { alike, receivers } of kinds) handOut(alike, receivers);
  }
  return {
    ctas: promised.map((_, cta) => inTurns(slicesOf(cta))),
    room: Math.max(1, ...promised.map(sum)),
  };
}

/** The lengths of the slices of each CTA: exchanged, or packed where these have the fewest steps. */
function balance(slices: readonly Slice[], most: number, ctaCount: number): number[][] {
  const exchanged = exchange(slices, most, ctaCount);
  const mean = Math.ceil(sum(exchanged.map(sum)) / ctaCount);
  for (let steps = mean; steps < Math.max(...exchanged.map(sum)); steps++) {
    const packed = pack(slices, most, ctaCount, steps);
    if (packed) return packed;
  }
  return exchanged;
}

/** Each to the fullest CTA that it fits into, or undefined where there is none. */
function pack(
  slices: readonly Slice[],
  most: number,
  ctaCount: number,
  room: number,
): number[][] | undefined {
  const ctas = Array.from({ length: ctaCount }, (): number[] => []);
  for (const { steps } of slices) {
    const fitting = ctas.filter((own) => own.length < most && sum(own) + steps <= room);
    if (fitting.length === 0) return undefined;
    fitting.reduce((best, own) => (sum(own) > sum(best) ? own : best)).push(steps);
  }
  return ctas;
}

/** Longest processing time first, then exchanges of a slice of the fullest CTA for a shorter one while these help. */
function exchange(slices: readonly Slice[], most: number, ctaCount: number): number[][] {
  const ctas = Array.from({ length: ctaCount }, (): number[] => []);
  for (const { steps } of slices) {
    const open = ctas.filter((own) => own.length < most);
    open.reduce((best, own) => (sum(own) < sum(best) ? own : best)).push(steps);
  }
  const mean = Math.ceil(sum(ctas.map(sum)) / ctaCount);
  for (;;) {
    const fullest = ctas.reduce((best, own) => (sum(own) > sum(best) ? own : best));
    if (sum(fullest) <= mean) return ctas;
    const exchanges = ctas.flatMap((partner) =>
      distinct(fullest).flatMap((given) =>
        distinct(partner)
          .filter((taken) => taken < given)
          .map((taken) => {
            const after = Math.max(sum(fullest) - given + taken, sum(partner) + given - taken);
            return { partner, given, taken, after };
          }),
      ),
    );
    const helpful = exchanges.filter(({ after }) => after < sum(fullest));
    if (helpful.length === 0) return ctas;
    const { partner, given, taken } = helpful.reduce((best, one) => (one.after < best.after ? one : best));
    fullest.splice(fullest.indexOf(given), 1, taken);
    partner.splice(partner.indexOf(taken), 1, given);
  }
}

/** Largest first. */
function distinct(values: readonly number[]): number[] {
  return [...new Set(values)].sort((a, b) => b - a);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

/** Longest first. */
export function cut(units: number[], rowsPerSlice: number): Slice[] {
  const stepsOf = (row: number) => Math.max(1, Math.ceil((units[row]! * rowsPerSlice) / 32));
  const longestFirst = [...units.keys()].sort((a, b) => stepsOf(b) - stepsOf(a) || a - b);
  return Array.from({ length: Math.ceil(units.length / rowsPerSlice) }, (_, slice) => {
    const rows = longestFirst.slice(slice * rowsPerSlice, (slice + 1) * rowsPerSlice);
    return { rows, steps: stepsOf(rows[0]!) };
  });
}

/** The first, the last, the second, the second last, ... */
function inTurns<T>(all: readonly T[]): T[] {
  return all.map((_, i) => all[i % 2 === 0 ? i / 2 : all.length - (i + 1) / 2]!);
}
