/** Writes what was profiled so far. */
import { join } from 'node:path';
import { roundSignificant, stableJson, writeFileAtomic } from '../results/index.js';
import { profileSchema, type Profiled, type ProfileFile } from './profile-file.js';
import { profilePage } from './profile-page.js';

/** Digits kept of a counter. */
const digits = 6;

/** Writes counters.json and counters.md into `out`; returns their paths. The same profile gives the same bytes. @throws ResultsError */
export async function saveProfile(out: string, file: ProfileFile): Promise<string[]> {
  const [data, page] = [join(out, 'counters.json'), join(out, 'counters.md')];
  const checked = profileSchema.parse({ ...file, winners: file.winners.map(rounded) });
  await writeFileAtomic(data, stableJson(checked));
  await writeFileAtomic(page, profilePage(checked));
  return [data, page];
}

function rounded(winner: Profiled): Profiled {
  return { ...winner, counters: roundedValues(winner.counters), stalls: roundedValues(winner.stalls) };
}

function roundedValues<Name extends string>(
  record: Partial<Record<Name, number>>,
): Partial<Record<Name, number>> {
  const entries = Object.entries<number | undefined>(record);
  return Object.fromEntries(
    entries.flatMap(([name, value]) =>
      value === undefined ? [] : [[name, roundSignificant(value, digits)]],
    ),
  ) as Partial<Record<Name, number>>;
}
