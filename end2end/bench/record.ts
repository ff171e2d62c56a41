// Where measurements go: one line each on the terminal and in output/bench.jsonl.
import { appendFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { OUTPUT } from '../installation/installation.ts';

export const RESULTS = join(OUTPUT, 'bench.jsonl');

/** Notes `values` (each in `unit`) under `name`: median, 95th percentile, how many. */
export function record(name: string, unit: string, values: number[]): void {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
  const line = { name, unit, median: round(at(0.5)), p95: round(at(0.95)), count: sorted.length };
  mkdirSync(OUTPUT, { recursive: true });
  appendFileSync(RESULTS, JSON.stringify(line) + '\n');
  process.stdout.write(`\n[bench] ${name}: median ${line.median} ${unit}, p95 ${line.p95} ${unit}, ${line.count} times\n`);
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
