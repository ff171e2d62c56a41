// What a person finds on the pages, by the names a screen reader says.
import { type BrowserContext, type Locator, type Page, expect, test as base } from '@playwright/test';
import { readFileSync } from 'node:fs';

export interface Person { email: string; password: string; role: string }
export interface Workspace { slug: string; host: string; name: string; people: Person[] }

const port = process.env.E2E_PORT ?? '3000';
const seeded = JSON.parse(readFileSync(process.env.E2E_SEED ?? 'output/seed.json', 'utf8')) as {
  workspaces: Workspace[];
};

export const workspaces = seeded.workspaces;
export const platform = `http://localhost:${port}`;

export function workspace(slug: string): Workspace & { url: string } {
  const found = workspaces.find((one) => one.slug === slug);
  if (!found) throw new Error(`no workspace ${slug}`);
  return { ...found, url: `http://${found.host.split(':')[0]}:${port}` };
}

export function person(slug: string, role: string): Person {
  const found = workspace(slug).people.find((one) => one.role === role);
  if (!found) throw new Error(`nobody is ${role} in ${slug}`);
  return found;
}

export class SignIn {
  constructor(readonly page: Page, readonly slug: string) {}
  async open(path = '/sign-in') { await this.page.goto(workspace(this.slug).url + path); }
  async fill(email: string, password: string) {
    await this.page.getByLabel('Email').fill(email);
    await this.page.getByLabel('Password').fill(password);
    await this.page.getByRole('button', { name: 'Sign in' }).click();
  }
  async as(role: string): Promise<Chat> {
    await this.open();
    const who = person(this.slug, role);
    await this.fill(who.email, who.password);
    const chat = new Chat(this.page);
    await expect(chat.message).toBeVisible();
    await chat.alive();
    return chat;
  }
}

export class Chat {
  readonly message: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly answers: Locator;
  readonly questions: Locator;
  readonly list: Locator;
  constructor(readonly page: Page) {
    this.message = page.getByRole('textbox', { name: 'Message' });
    this.send = page.getByRole('button', { name: 'Send', exact: true });
    this.stop = page.getByRole('button', { name: 'Stop answering' });
    this.answers = page.getByRole('article', { name: 'Answer' });
    this.questions = page.getByRole('article', { name: 'Question' });
    this.list = page.getByRole('navigation', { name: 'Conversations' });
  }
  // The page has come alive when typing enables the button.
  async alive() {
    await expect(async () => {
      await this.message.fill('x');
      await expect(this.send).toBeEnabled({ timeout: 500 });
    }).toPass();
    await this.message.fill('');
  }
  async ask(text: string) {
    await this.message.fill(text);
    await expect(this.send).toBeEnabled();
    await this.send.click();
    await expect(this.stop).toBeVisible();
  }
  async answered() { await expect(this.stop).toBeHidden({ timeout: 50_000 }); }
  lastAnswer(): Locator { return this.answers.last(); }
}

/// Fails a test in which the page wrote an error, or asked anybody but its own host.
export const test = base.extend<{ watched: void; allowErrors: RegExp[] }>({
  allowErrors: [[], { option: true }],
  watched: [
    async ({ context, allowErrors }: { context: BrowserContext; allowErrors: RegExp[] }, use) => {
      const found: string[] = [];
      context.on('page', (page) => {
        page.on('console', (message) => {
          if (['error', 'warning'].includes(message.type())) found.push(message.text());
        });
        page.on('pageerror', (error) => found.push(String(error)));
      });
      context.on('request', (request) => {
        const url = new URL(request.url());
        const own = url.hostname === 'localhost' || url.hostname.endsWith('.localhost');
        if (!own && url.protocol !== 'data:' && url.protocol !== 'blob:') found.push(`left the host: ${url.href}`);
      });
      await use();
      expect(found.filter((text) => !allowErrors.some((allowed) => allowed.test(text)))).toEqual([]);
    },
    { auto: true },
  ],
});
export { expect };
