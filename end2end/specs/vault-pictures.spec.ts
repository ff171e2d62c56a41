// Pictures of every page of keys and records in each of its states, on a desk and on a phone, light and
// dark, into output/pictures; and everything axe finds on each of them.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { AwsOwner } from '../installation/aws-owner.ts';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { KeyDesk } from '../installation/key-desk.ts';
import { expect, test } from '../installation/test.ts';
import { SignIn } from '../pages/sign-in.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const SIZES = { desk: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } };
const PASSWORD = 'nordwind-demo-only';

async function violations(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    interface Found {
      violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[];
    }
    const axe = (window as unknown as { axe: { run(o: object): Promise<Found> } }).axe;
    const found = await axe.run({ runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } });
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${String(node.target)} ${node.failureSummary ?? ''}`));
  }, TAGS);
}

/** What a person cannot see because it lies beyond the edge of the window or is cut off by its panel. */
function beyond(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const main = [...document.querySelectorAll<HTMLElement>('main, main *, header, header *')];
    // What scrolls inside itself is seen by scrolling there.
    const scrolls = (element: HTMLElement | null): boolean =>
      element !== null && (element.matches('.sr-only') || ['auto', 'scroll'].includes(getComputedStyle(element).overflowX) || scrolls(element.parentElement));
    const cut = main.filter((element) => {
      const { right, width } = element.getBoundingClientRect();
      const panel = element.closest('.panel')?.getBoundingClientRect().right ?? window.innerWidth;
      return width > 1 && !scrolls(element) && right > Math.min(panel, window.innerWidth) + 1;
    });
    return cut.map((element) => `${element.tagName}.${element.className}: ${element.textContent?.slice(0, 40)}`);
  });
}

/** The page as it is now, four times; nothing of it may be wider than the window. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(OUTPUT, 'pictures', `vault-${name}-${size}-${colorScheme}.png`);
      const picture = await page.screenshot({ path, fullPage: true, caret: 'initial', animations: 'disabled' });
      expect(picture.length, 'the page is not blank').toBeGreaterThan(8_000);
      expect(await violations(page), `${name}, ${size}, ${colorScheme}`).toEqual([]);
    }
    expect(await beyond(page), `${name}: beyond the edge of the ${size}`).toEqual([]);
  }
  await page.setViewportSize(SIZES.desk);
  await page.emulateMedia({ colorScheme: 'light' });
}

const unfold = (page: Page): Promise<void> =>
  page.evaluate(() => document.querySelectorAll('details').forEach((fold) => fold.setAttribute('open', '')));

test('keys, from the terms to a key in trouble', async ({ page, watch }) => {
  test.setTimeout(420_000);
  watch.allow(/status of 4\d\d/);
  const desk = new KeyDesk();
  const address = await desk.listen();
  const own = await Installation.create('vault-pictures');
  try {
    own.seed();
    const named = (name: string, environment: string) => ['--workspace', 'nordwind', '--name', name, '--environment', environment];
    const at = ['--provider', 'openai-compatible', '--base-url', address];
    const add = (name: string, environment: string, secret: string, more: string[] = []) =>
      own.cli(['key', 'add', ...named(name, environment), ...at, ...more], secret);
    await own.start();
    const here = origin(own.reach(), 'nordwind');
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'mia'));
    await page.goto(here + '/admin/keys');
    await take(page, 'terms');
    await page.getByRole('button', { name: 'Accept and go on' }).click();
    await take(page, 'empty');

    const check = async (secret: string, name: string) => {
      await page.goto(here + '/admin/keys');
      await page.getByLabel('Key', { exact: true }).fill(secret);
      await page.getByLabel('Provider', { exact: true }).selectOption('openai-compatible');
      await page.getByLabel('Address').fill(address);
      await page.getByLabel('Name').fill(name);
      await page.getByRole('button', { name: 'Check this key' }).click();
      await expect(page.getByRole('status').last()).toBeVisible();
      await page.waitForLoadState('load');
    };
    await check('sk-good-0123456789abcdef9tQ2', 'Firm account');
    await take(page, 'check-good');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Seal this key' }).click();
    await check('sk-bad-0123456789abcdefBAD1', 'Old account');
    await take(page, 'check-bad');
    await check('sk-empty-0123456789abcdefEMP1', 'No money');
    await take(page, 'check-no-credit');
    await page.goto(here + '/admin/keys');
    await page.getByLabel('Key', { exact: true }).fill('sk-ant-0123456789abcdef');
    await page.getByLabel('Provider', { exact: true }).selectOption('openai');
    await page.getByLabel('Name').fill('The wrong provider');
    await page.getByRole('button', { name: 'Check this key' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await take(page, 'refused-draft');

    own.cli(['team', 'create', '--workspace', 'nordwind', '--name', 'Research']);
    add('Research', 'production', 'sk-good-research-0123456789RSRC', ['--team', 'Research']);
    add('Trial', 'development', 'sk-bad-trial-0123456789abTRIA');
    add('Before release', 'staging', 'sk-good-staging-0123456789abSTAG');
    own.cli(['route', 'set', '--workspace', 'nordwind', '--alias', 'careful', '--target', 'Firm account:rehearsal-mini', '--price', '1/2']);
    for (const name of ['Research', 'Trial', 'Before release']) {
      await page.goto(here + '/admin/keys');
      await page.getByRole('link', { name }).click();
      await page.getByRole('button', { name: 'Check again' }).click();
      await expect(page.getByRole('status').last()).toBeVisible();
      await page.waitForLoadState('load');
    }
    own.cli(['key', 'disable', ...named('Before release', 'staging')]);
    await page.goto(here + '/admin/keys');
    await take(page, 'list');
    await page.getByRole('link', { name: 'Firm account' }).click();
    await unfold(page);
    await take(page, 'key');
    await page.locator('#delete-password').fill('not the password');
    await page.getByRole('button', { name: 'Delete the key' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await take(page, 'key-refused');
    await page.goto(here + '/admin/keys');
    await page.getByRole('link', { name: 'Trial' }).click();
    await take(page, 'key-trouble');
    await page.goto(here + '/admin/keys/sealing');
    await take(page, 'sealing');
    await page.goto(here + '/admin/keys/service');
    await take(page, 'service-none');
    await page.goto(here + '/admin/audit');
    await unfold(page);
    await take(page, 'audit');
    await page.goto(here + '/admin/audit?kind=uses');
    await take(page, 'audit-none');
    await page.goto(here + '/admin/workspace');
    await take(page, 'workspace');
    await unfold(page);
    await take(page, 'workspace-end');
    await page.getByLabel(/to confirm/).fill('Another one');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Delete this workspace' }).click();
    await expect(page.getByRole('alert')).toBeVisible();
    await take(page, 'workspace-refused');

    await page.goto(here + '/admin/keys');
    await page.getByRole('button', { name: 'Allow members’ own keys' }).click();
    await page.context().clearCookies();
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'anna'));
    await page.goto(here + '/account/keys');
    await take(page, 'own-empty');
    await page.goto(here + '/admin/audit');
    await take(page, 'audit-denied');
    await page.context().clearCookies();
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'ida'));
    await page.goto(here + '/admin/keys');
    await take(page, 'list-auditor');
  } finally {
    await own.stop();
    own.remove();
    desk.close();
  }
});

test('a workspace under its own key, in order, moving and sealed', async ({ page, watch }) => {
  test.setTimeout(420_000);
  watch.allow(/status of (4\d\d|503)/);
  const owner = new AwsOwner();
  const key = await owner.newKey();
  const own = await Installation.create('vault-pictures-sealed', { LIVERY_VAULT__KEY_SECONDS: '2' });
  try {
    own.seed();
    await own.start();
    const here = origin(own.reach(), 'lumen');
    await new SignIn(page, here).as(person(own.reach(), 'lumen', 'edda'));
    const attach = ['kms', 'attach', 'aws', '--workspace', 'lumen', '--key', key, '--access-key-id', 'client', '--endpoint', owner.address];
    own.cli(attach, 'a-secret-access-key-0123456789');
    await page.goto(here + '/admin/keys/service');
    await expect(page.getByText('On its way', { exact: true })).toBeVisible();
    await take(page, 'service-moving');
    await expect(async () => {
      await page.reload();
      await expect(page.getByText('In order', { exact: true })).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 60_000 });
    await unfold(page);
    await take(page, 'service-in-order');
    await page.goto(here + '/admin/keys/sealing');
    await take(page, 'sealing-own-key');
    await owner.disable(key);
    await expect(async () => {
      await page.goto(here + '/admin/keys/service');
      await expect(page.getByText('Sealed', { exact: true })).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 15_000 });
    await take(page, 'service-sealed');
    await page.goto(here + '/admin/keys');
    await take(page, 'list-sealed');
    await page.goto(here + '/admin/audit');
    await take(page, 'audit-own-key');
    await owner.enable(key);
  } finally {
    await own.stop();
    own.remove();
  }
});
