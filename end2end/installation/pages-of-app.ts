// Every page there is, read from the one list the server serves them by. A page that is added there and
// looked at nowhere is found by this.
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUTES = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'app', 'src', 'routes.rs');

/** The paths of all pages, with their places as `:name`, each once. */
export function pagesOfApp(): string[] {
  const found = [...readFileSync(ROUTES, 'utf8').matchAll(/<Route\s+path=path!\("([^"]*)"\)/g)];
  const paths = found.map(([, path]) => `/${(path ?? '').replace(/^\//, '')}`);
  return [...new Set(paths)].sort();
}
