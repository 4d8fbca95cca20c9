/** Places rows of a chart one below the other; all numbers are pixels from the top of the plotting area. */

export interface ChartRow {
  readonly label: string;
  /** A heading stands alone, left-aligned, and names the rows that follow. */
  readonly heading: boolean;
  readonly top: number;
  readonly height: number;
}

/** Stacks rows; `add` returns the row it made. */
export class RowStack {
  readonly #rows: ChartRow[] = [];
  #bottom = 0;

  add(label: string, height: number, options: { heading?: boolean; gap?: number } = {}): ChartRow {
    const row = { label, heading: options.heading ?? false, top: this.#bottom, height };
    this.#rows.push(row);
    this.#bottom += height + (options.gap ?? 0);
    return row;
  }

  get rows(): readonly ChartRow[] {
    return this.#rows;
  }

  /** Height of everything so far. */
  get height(): number {
    return this.#bottom;
  }
}
