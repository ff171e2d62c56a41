// The `test` every spec uses. Around each test it watches every page for what must never happen:
// errors on the console, failed hydration, requests that leave the installation.
import { type BrowserContext, type Page, test as base, expect } from '@playwright/test';
import { Chat } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';
import { type Reach, origin, person } from './installation.ts';

/** Collects what pages complain about. */
export class Watch {
  private readonly complaints: string[] = [];
  private readonly expected: RegExp[] = [];

  /** Complaints that belong to the test, for example the 404 it asks for. */
  allow(...patterns: RegExp[]): void {
    this.expected.push(...patterns);
  }

  follow(context: BrowserContext): void {
    for (const page of context.pages()) this.followPage(page);
    context.on('page', (page) => this.followPage(page));
    context.on('request', (request) => {
      const url = new URL(request.url());
      const own = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
      if (!own && !['data:', 'blob:', 'about:'].includes(url.protocol)) {
        this.complaints.push(`request to a third party: ${request.url()}`);
      }
    });
  }

  remaining(): string[] {
    return this.complaints.filter((text) => !this.expected.some((pattern) => pattern.test(text)));
  }

  private followPage(page: Page): void {
    page.on('console', (message) => {
      const bad = message.type() === 'error' || (message.type() === 'warning' && /hydrat/i.test(message.text()));
      if (bad) this.complaints.push(`console: ${message.text()} (${message.location().url})`);
    });
    page.on('pageerror', (error) => this.complaints.push(`page error: ${error.message}`));
  }
}

interface Fixtures {
  reach: Reach;
  watch: Watch;
  chatAs: (slug: string, name: string, path?: string) => Promise<Chat>;
}

export const test = base.extend<Fixtures>({
  reach: async ({}, use) => {
    await use(JSON.parse(process.env['E2E_REACH'] ?? '') as Reach);
  },
  watch: [
    async ({ context }, use) => {
      const watch = new Watch();
      watch.follow(context);
      await use(watch);
      expect(watch.remaining(), 'pages complain about nothing').toEqual([]);
    },
    { auto: true },
  ],
  chatAs: async ({ page, reach }, use) => {
    await use(async (slug, name, path = '/') => {
      await new SignIn(page, origin(reach, slug)).as(person(reach, slug, name));
      const chat = new Chat(page, origin(reach, slug));
      await chat.open(path);
      return chat;
    });
  },
});

export { expect };
