// Finds the system's Chromium. No browser is ever downloaded.
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];

/** Path of the browser: `CHROMIUM`, or the first of the usual names on PATH. */
export function browserPath(): string {
  const asked = process.env['CHROMIUM'];
  if (asked) return asked;
  for (const folder of (process.env['PATH'] ?? '').split(delimiter)) {
    for (const name of NAMES) {
      const path = join(folder, name);
      try {
        accessSync(path, constants.X_OK);
        return path;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  throw new Error(`no Chromium on PATH (looked for ${NAMES.join(', ')})`);
}
