// One built server, one real Chromium, nothing retried: a test that fails once has failed.
import { defineConfig } from '@playwright/test';
import { browserPath } from './installation/browser.ts';

export default defineConfig({
  testDir: './specs',
  outputDir: './output/traces',
  globalSetup: './installation/set-up.ts',
  fullyParallel: false,
  workers: 2,
  retries: 0,
  forbidOnly: true,
  timeout: 90_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'output/report.json' }]],
  use: {
    browserName: 'chromium',
    viewport: { width: 1360, height: 900 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'Europe/Berlin',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: browserPath(),
      args: [
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
