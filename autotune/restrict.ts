/** `--restrict`: search only a part of the space, e.g. `pdl=true,prefetch=1|2,decomposition=row_split|row_permuted`. */
import { enumerateVariants, type Problem, type Target, type Variant } from '../generator/index.js';
import { ProblemError } from './problem-error.js';

/** The values that a variant's parameters may have, as text; parameters that are not named are free. */
export type Restrictions = ReadonlyMap<string, ReadonlySet<string>>;

/** @throws ProblemError for text of another form. */
export function parseRestrictions(text: string): Restrictions {
  const restrictions = new Map<string, ReadonlySet<string>>();
  for (const part of text.split(',')) {
    const match = /^\s*(\w+)\s*=\s*([^=,]+?)\s*$/.exec(part);
    if (match === null) {
      throw new ProblemError(
        '--restrict',
        `Expected parameter=value or parameter=value|value, separated by commas, for --restrict but received "${part}"`,
      );
    }
    restrictions.set(match[1]!, new Set(match[2]!.split('|').map((value) => value.trim())));
  }
  return restrictions;
}

/**
 * The variants that keep to the restrictions. A parameter that a variant does not have does not restrict it.
 * @throws ProblemError when a name is no parameter of any variant, or nothing is left.
 */
export function restrictVariants(
  variants: readonly Variant[],
  restrictions: Restrictions,
): readonly Variant[] {
  for (const name of restrictions.keys()) {
    if (!variants.some((variant) => name in variant)) {
      const names = [...new Set(variants.flatMap((variant) => Object.keys(variant)))].sort().join(', ');
      throw new ProblemError(
        '--restrict',
        `Expected one of the parameters ${names} for --restrict but received "${name}"`,
      );
    }
  }
  const left = variants.filter((variant) => keepsTo(variant, restrictions));
  if (left.length === 0) {
    throw new ProblemError(
      '--restrict',
      `Expected values that some variant has for --restrict but all ${variants.length} are excluded`,
    );
  }
  return left;
}

/** Whether the restrictions leave variants to every problem, before anything is opened. @throws ProblemError */
export function checkRestrictions(
  problems: readonly Problem[],
  target: Target,
  restrictions: Restrictions = new Map(),
): void {
  if (restrictions.size === 0) return;
  for (const problem of problems) restrictVariants(enumerateVariants(problem, target).variants, restrictions);
}

/** A parameter that the variant does not have does not restrict it. */
export function keepsTo(variant: Variant, restrictions: Restrictions): boolean {
  return Object.entries(variant).every(([name, value]) => restrictions.get(name)?.has(String(value)) ?? true);
}
