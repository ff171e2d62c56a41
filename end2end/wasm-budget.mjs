// Weighs the browser half: the gzipped module against the committed budget; 5 % more fails.
//   node wasm-budget.mjs SITE [--accept]
import { readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const [site, accept] = process.argv.slice(2);
const budgetFile = new URL('wasm-budget.json', import.meta.url);
const files = readdirSync(join(site, 'assets')).filter((name) => name.endsWith('.wasm.gz'));
if (files.length !== 1) throw new Error(`expected one module in ${site}/assets, found ${files.length}`);
const weight = statSync(join(site, 'assets', files[0])).size;
if (accept === '--accept') {
  writeFileSync(budgetFile, `${JSON.stringify({ gzip_bytes: weight })}\n`);
  console.log(`[budget] accepted ${weight} bytes`);
} else {
  const budget = JSON.parse(readFileSync(budgetFile, 'utf8')).gzip_bytes;
  const share = (((weight - budget) / budget) * 100).toFixed(1);
  console.log(`[budget] wasm ${weight} bytes gzip, budget ${budget} (${share} %)`);
  if (weight > budget * 1.05) {
    console.error('[budget] more than 5 % above the budget: make it lighter, or `make budget ACCEPT=1` with a reason');
    process.exit(1);
  }
}
