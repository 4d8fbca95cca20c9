/** The little linear algebra that the model needs: symmetric positive definite systems of a few hundred unknowns. */

/** A lower triangular matrix; row i has i + 1 entries. */
export type LowerTriangle = readonly Float64Array[];

const smallestPivot = 1e-12;

/** Replaces the lower half of a symmetric matrix by its Cholesky factor; pivots are kept above 1e-12. */
export function factorise(matrix: LowerTriangle): void {
  matrix.forEach((row, i) => {
    for (let j = 0; j <= i; j++) {
      const other = matrix[j]!;
      let sum = row[j]!;
      for (let t = 0; t < j; t++) sum -= row[t]! * other[t]!;
      row[j] = i === j ? Math.sqrt(Math.max(sum, smallestPivot)) : sum / other[j]!;
    }
  });
}

/** Replaces b by the solution of L x = b. */
export function solveLower(factor: LowerTriangle, b: Float64Array): Float64Array {
  factor.forEach((row, i) => {
    let sum = b[i]!;
    for (let t = 0; t < i; t++) sum -= row[t]! * b[t]!;
    b[i] = sum / row[i]!;
  });
  return b;
}

/** Replaces b by the solution of L L' x = b. */
export function solve(factor: LowerTriangle, b: Float64Array): Float64Array {
  solveLower(factor, b);
  for (let i = b.length - 1; i >= 0; i--) {
    const row = factor[i]!;
    const x = b[i]! / row[i]!;
    b[i] = x;
    for (let t = 0; t < i; t++) b[t] = b[t]! - row[t]! * x;
  }
  return b;
}
