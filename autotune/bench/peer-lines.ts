/** Reads what a peer's process printed: one JSON object a line. */
import { z } from 'zod';

const shape = { n: z.int().optional(), k: z.int().optional(), m: z.int().optional() };
const samples = z.array(z.number().positive()).min(1);

const lineSchema = z.union([
  z.object({ missing: z.string() }),
  z.object({ ...shape, failed: z.string() }),
  z.object({ ...shape, us: samples, note: z.string().nullish() }),
]);

export type PeerLine = z.infer<typeof lineSchema>;

/** Lines that are no answer (warnings of libraries) are left out, and so is a last line that was cut off. */
export function parsePeerLines(output: string): PeerLine[] {
  return output.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      const parsed = lineSchema.safeParse(JSON.parse(line));
      return parsed.success ? [parsed.data] : [];
    } catch {
      return [];
    }
  });
}
