// Measurements, not assertions: `make bench`. One at a time, on the release build.
import { defineConfig } from '@playwright/test';
import suite from './playwright.config.ts';

export default defineConfig(suite, {
  testDir: './bench',
  testMatch: '*.bench.ts',
  globalSetup: './bench/begin.ts',
  workers: 1,
  timeout: 900_000,
  reporter: [['line']],
});
