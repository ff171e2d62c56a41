// A bench starts its own installation; nothing is shared with the tests.
import { rmSync } from 'node:fs';
import { RESULTS } from './record.ts';

export default function begin(): void {
  rmSync(RESULTS, { force: true });
}
