import { createRequire } from 'node:module';
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { NameServers } from '../installation/name-servers.ts';
import { expect, test } from '../installation/test.ts';
import { SignIn } from '../pages/sign-in.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const HOST = 'ai.client.test';

interface Violation {
  id: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** Everything axe finds on the page as it is now, in light and in dark; a picture of each is kept. */
async function look(page: Page, name: string): Promise<string[]> {
  const found: string[] = [];
  mkdirSync(join(OUTPUT, 'domains'), { recursive: true });
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.waitForTimeout(400);
    await page.evaluate(AXE);
    const violations = await page.evaluate(async (tags) => {
      const axe = (window as unknown as { axe: { run(o: object): Promise<{ violations: Violation[] }> } }).axe;
      const result = await axe.run({ runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } });
      return result.violations;
    }, TAGS);
    found.push(...violations.flatMap(({ id, nodes }) => nodes.map((node) => `${colorScheme} ${id}: ${String(node.target)} ${node.failureSummary ?? ''}`)));
    await page.screenshot({ path: join(OUTPUT, 'domains', `${name}-${colorScheme}.png`), fullPage: true });
  }
  await page.emulateMedia({ colorScheme: 'light', reducedMotion: null });
  return found;
}

/** Presses Tab until the focus stands on something with this name. */
async function tabTo(page: Page, name: RegExp): Promise<void> {
  for (let press = 0; press < 60; press += 1) {
    await page.keyboard.press('Tab');
    const here = await page.evaluate(() => {
      const element = document.activeElement as HTMLElement | null;
      const label = element && 'labels' in element ? (element as HTMLInputElement).labels?.[0]?.textContent : '';
      return element?.getAttribute('aria-label') || label || element?.textContent || '';
    });
    if (name.test(here.trim())) return;
  }
  throw new Error(`the keyboard does not reach ${String(name)}`);
}

test.describe('a name of the client’s own', () => {
  test.setTimeout(180_000);
  let names: NameServers;
  let own: Installation;

  test.beforeAll(async () => {
    names = await NameServers.start();
    own = await Installation.create('domains', {
      LIVERY_DOMAINS__RESOLVERS: `["${names.resolver}"]`,
      LIVERY_DOMAINS__TARGET_NAME: 'target.test',
      LIVERY_DOMAINS__TARGET_ADDRESSES: '["127.0.0.1"]',
      LIVERY_DOMAINS__TEST_NAMES: 'true',
    });
    own.seed();
    await own.start();
  });

  test.afterAll(async () => {
    await own?.stop();
    own?.remove();
    names?.stop();
  });

  test('is added by keyboard, and its four facts turn while somebody watches', async ({ page, context }) => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write']);
    const here = origin(own.reach(), 'nordwind');
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'mia'));
    await page.goto(here + '/admin/domains');
    expect(await look(page, 'empty')).toEqual([]);

    await tabTo(page, /^Domain$/);
    await page.keyboard.type('https://AI.Client.test/');
    await page.keyboard.press('Enter');
    await expect(page).toHaveURL(`${here}/admin/domains/${HOST}`);
    await expect(page.getByRole('heading', { level: 1, name: HOST })).toBeVisible();

    const records = page.getByRole('region', { name: 'Table of records', exact: true }).getByRole('row');
    await expect(records.nth(1)).toContainText('_workspace-verify.ai');
    await expect(records.nth(2)).toContainText('CNAME');
    const [token, target] = await Promise.all([1, 2].map((row) => records.nth(row).locator('code').nth(1).textContent()));
    await tabTo(page, /^Copy the value of the TXT record$/);
    await page.keyboard.press('Enter');
    await expect(page.getByRole('status').filter({ hasText: 'Copied' })).toBeAttached();
    expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(token);

    // Whoever reloads loses this.
    await page.evaluate(() => ((window as unknown as { watched: boolean }).watched = true));
    const facts = page.locator('#live-facts');
    const fact = (name: string) => facts.getByRole('listitem').filter({ hasText: name });
    await expect(fact('Ownership')).toContainText('There is no TXT record');
    names.publish(['ai.client A 203.0.113.9']);
    await expect(facts).toContainText('203.0.113.9');
    expect(await look(page, 'in-the-way')).toEqual([]);

    const way = [`ai.client CNAME ${target}.`, `${target}. A 127.0.0.1`];
    names.publish(way);
    await expect(fact('Routing')).toContainText('Confirmed', { timeout: 60_000 });
    await expect(fact('Ownership')).toContainText('Waiting');
    names.publish([...way, `_workspace-verify.ai.client TXT "${token}"`]);
    await expect(fact('Ownership')).toContainText('Confirmed', { timeout: 60_000 });
    await expect(fact('Serving')).toContainText('Confirmed', { timeout: 60_000 });
    await expect(fact('Certificate')).toContainText('Not needed');
    expect(await page.evaluate(() => (window as unknown as { watched?: boolean }).watched)).toBe(true);
    await page.goto(`${here}/admin/domains/${HOST}`);
    expect(await look(page, 'confirmed')).toEqual([]);
    await page.goto(here + '/admin/domains');
    await expect(page.getByRole('row', { name: new RegExp(HOST) })).toContainText('Confirmed');
    expect(await look(page, 'list')).toEqual([]);
    await page.setViewportSize({ width: 390, height: 844 });
    expect(await look(page, 'list-phone')).toEqual([]);
    await page.goto(`${here}/admin/domains/${HOST}`);
    expect(await look(page, 'confirmed-phone')).toEqual([]);
  });

  test('is refused in words, looked at and removed without any script', async ({ browser }) => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const here = origin(own.reach(), 'halden');
    await new SignIn(page, here).as(person(own.reach(), 'halden', 'ruth'));
    await page.goto(here + '/admin/domains');
    for (const [typed, words] of [
      ['co.uk', 'suffix'],
      ['x.localhost', 'belongs to this installation'],
      ['intranet', 'one word'],
    ] as const) {
      await page.getByLabel('Domain', { exact: true }).fill(typed);
      await page.getByRole('button', { name: 'Add the domain' }).click();
      await expect(page.getByRole('alert')).toContainText(words);
      await expect(page.getByLabel('Domain', { exact: true })).toHaveValue(typed);
    }
    await page.getByLabel('Domain', { exact: true }).fill('shop.client.test');
    await page.getByRole('button', { name: 'Add the domain' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'shop.client.test' })).toBeVisible();
    await expect(page.getByRole('button', { name: /^Copy/ })).toHaveCount(0);
    await page.getByRole('button', { name: 'Check now' }).click();
    await expect(page.locator('#live-facts').getByText('There is no TXT record')).toBeVisible();
    await page.getByText('Remove this domain').click();
    await page.getByLabel(/to confirm$/).fill('another');
    await page.getByRole('button', { name: 'Remove shop.client.test' }).click();
    await expect(page.getByRole('alert')).toContainText('Nothing was changed');
    await page.getByText('Remove this domain').click();
    await page.getByLabel(/to confirm$/).fill('shop.client.test');
    await page.getByRole('button', { name: 'Remove shop.client.test' }).click();
    await expect(page.getByRole('heading', { level: 1, name: 'Domains' })).toBeVisible();
    await expect(page.getByText('shop.client.test')).toHaveCount(0);
    await context.close();
  });
});
