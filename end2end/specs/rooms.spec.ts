// The rooms of whoever looks after a workspace: the frame by keyboard and without a script, the palette, the
// start whose steps turn by real deeds, the instructions from a first version to an answer under an older
// one, who is signed in, and the page of all pieces.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { KeyDesk } from '../installation/key-desk.ts';
import { expect, test } from '../installation/test.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];
const SIZES = {
  desk: { width: 1360, height: 900 },
  phone: { width: 390, height: 844 },
  // 1280 px at 400 % zoom, see WCAG 1.4.10.
  narrow: { width: 320, height: 640 },
};

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

/** The page as it is now in every size, light and dark: nothing found, nothing wider than the window. */
async function take(page: Page, name: string): Promise<void> {
  await page.evaluate(() => document.fonts.ready);
  for (const [size, viewport] of Object.entries(SIZES)) {
    await page.setViewportSize(viewport);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const path = join(OUTPUT, 'pictures', `rooms-${name}-${size}-${colorScheme}.png`);
      const picture = await page.screenshot({ path, fullPage: true, animations: 'disabled' });
      expect(picture.length, 'the page is not blank').toBeGreaterThan(8_000);
      expect(await violations(page), `${name}, ${size}, ${colorScheme}`).toEqual([]);
    }
    const wide = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wide, `${name} scrolls sideways on a ${size}`).toBeLessThanOrEqual(0);
  }
  await page.setViewportSize(SIZES.desk);
  await page.emulateMedia({ colorScheme: 'light' });
}

const settings = (page: Page) => page.getByRole('navigation', { name: 'Settings' });

test('the frame and its palette by keyboard', async ({ page, reach, watch }) => {
  watch.allow(/status of 404/);
  const here = origin(reach, 'nordwind');
  await new SignIn(page, here).as(person(reach, 'nordwind', 'mia'));
  await page.goto(here + '/admin');
  await page.keyboard.press('Tab');
  await expect(page.getByRole('link', { name: 'Skip to the page' })).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('main')).toBeFocused();
  await expect(settings(page).getByRole('link', { name: 'Overview' })).toHaveAttribute('aria-current', 'page');

  const opener = page.getByRole('button', { name: 'Go to' });
  await expect(opener).toBeVisible();
  await page.keyboard.press('Control+k');
  const palette = page.getByRole('dialog', { name: 'Go to a page' });
  const field = palette.getByRole('combobox');
  await expect(field).toBeFocused();
  await expect(palette).toContainText('Arrow keys choose');
  expect(await violations(page), 'palette').toEqual([]);
  const chosen = palette.getByRole('option', { selected: true });
  await expect(chosen).toContainText('Overview');
  await page.keyboard.press('ArrowUp');
  await expect(chosen).toContainText('Chat');
  await page.keyboard.press('ArrowDown');
  await field.fill('zzz');
  await expect(palette).toContainText('Nothing found');
  await expect(palette.getByRole('option')).toHaveCount(0);
  await field.fill('who did');
  await expect(palette.getByRole('option')).toHaveCount(1);
  await expect(palette).toContainText('1 page');
  await page.keyboard.press('Escape');
  await expect(palette).toBeHidden();
  await opener.focus();
  await page.keyboard.press('Enter');
  await expect(field).toHaveValue('');
  await field.fill('audit');
  await page.keyboard.press('Enter');
  await page.waitForURL(here + '/admin/audit');
  // A pointer chooses as well.
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: /Instructions/ }).click();
  await page.waitForURL(here + '/admin/prompt');
});

test('the frame without a script, and who finds which place', async ({ browser, reach }) => {
  const context = await browser.newContext({ javaScriptEnabled: false, viewport: SIZES.phone });
  const page = await context.newPage();
  const here = origin(reach, 'nordwind');
  await new SignIn(page, here).as(person(reach, 'nordwind', 'anna'));
  await page.goto(here + '/account');
  await expect(page.getByRole('button', { name: 'Go to' })).toHaveCount(0);
  await expect(settings(page)).toBeHidden();
  await page.getByRole('button', { name: 'Menu' }).click();
  await expect(settings(page).getByRole('link', { name: 'Account' })).toBeVisible();
  await expect(settings(page).getByRole('link', { name: 'Overview' })).toHaveCount(0);
  await settings(page).getByRole('link', { name: 'Back to chat' }).click();
  await page.waitForURL(here + '/');
  await context.close();
});

test('the steps of the start turn by what is done', async ({ page, watch }) => {
  test.setTimeout(240_000);
  watch.allow(/status of 4\d\d/);
  const desk = new KeyDesk();
  const address = await desk.listen();
  const own = await Installation.create('rooms');
  try {
    own.seed();
    await own.start();
    const create = ['workspace', 'create', '--slug', 'fresh', '--name', 'Fresh', '--owner-email', 'olga@fresh.example', '--json'];
    const { invitation } = JSON.parse(own.cli(create)) as { invitation: string };
    const here = origin(own.reach(), 'fresh');
    await page.goto(here + new URL(invitation).pathname);
    await page.getByLabel('Name').fill('Olga Fresh');
    await page.getByLabel('Password', { exact: true }).fill('a password of olga only');
    await page.getByRole('button', { name: 'Join' }).click();
    await page.waitForURL(here + '/');
    const step = (name: string) => page.locator('.guide-step', { hasText: name });
    const overview = async () => page.goto(here + '/admin');
    await overview();
    await expect(page.getByText('5 steps left')).toBeVisible();
    await take(page, 'start');

    own.cli(['key', 'add', '--workspace', 'fresh', '--name', 'main', '--provider', 'openai-compatible', '--base-url', address], 'sk-good-0123456789abcdef9tQ2');
    await page.goto(here + '/admin/keys');
    await page.getByRole('link', { name: 'main', exact: true }).click();
    await page.getByRole('button', { name: 'Check again' }).click();
    await expect(page.getByRole('status').last()).toBeVisible();
    await page.waitForLoadState('load');
    await overview();
    await expect(step('Seal a provider key')).toContainText('Done');

    own.cli(['route', 'set', '--workspace', 'fresh', '--alias', 'careful', '--target', 'main:rehearsal-mini', '--price', '1/2']);
    await page.goto(here + '/');
    const chat = new Chat(page, here);
    await chat.alive();
    await chat.ask(`The first question ${tag()}`);
    await chat.finished();
    await expect(async () => {
      await overview();
      await expect(step('Ask the first question')).toContainText('Done', { timeout: 500 });
    }).toPass();

    await page.getByRole('link', { name: 'Invite', exact: true }).click();
    await page.getByLabel('Email').fill('paul@fresh.example');
    await page.getByRole('button', { name: 'Make the link' }).click();
    await expect(page.getByLabel('Invitation link')).toBeVisible();
    await overview();
    await expect(step('Invite somebody')).toContainText('Done');
    await page.getByRole('button', { name: 'Leave out: Dress the workspace' }).click();
    await expect(step('Dress the workspace')).toContainText('Left out');
    await page.getByRole('button', { name: 'Leave out: Use your own address' }).click();
    await expect(page.getByRole('heading', { name: 'Getting started' })).toHaveCount(0);
    await expect(page.getByText('Invitation for paul@fresh.example')).toBeVisible();
    await take(page, 'overview');
  } finally {
    await own.stop();
    own.remove();
    await desk.close();
  }
});

test('instructions: a version, a comparison, an answer, and the way back', async ({ page, reach, watch }) => {
  watch.allow(/status of 4\d\d/);
  const here = origin(reach, 'halden');
  await new SignIn(page, here).as(person(reach, 'halden', 'ruth'));
  const ask = async (): Promise<string> => {
    await page.goto(here + '/');
    const chat = new Chat(page, here);
    await chat.alive();
    await chat.ask(`Which instructions hold ${tag()}`);
    await chat.finished();
    await chat.answer.locator('details.receipt summary').click();
    return (await chat.answer.locator('details.receipt').innerText()).match(/version (\d+)/)?.[1] ?? '';
  };
  const first = await ask();
  await page.goto(here + '/admin/prompt');
  const field = page.getByRole('textbox', { name: /Version/ });
  const before = await field.inputValue();
  await field.fill('x'.repeat(33 * 1024));
  await page.getByRole('button', { name: 'Put in force' }).click();
  await expect(page.getByRole('alert')).toContainText('longer than 32 KB');
  await expect(field).toHaveValue(/^x{33792}$/);
  await field.fill(`${before}\nAnswer in two sentences.`);
  await page.getByRole('button', { name: 'Put in force' }).click();
  const second = String(Number(first) + 1);
  await expect(page.getByRole('status')).toContainText(`Version ${second} is in force`);
  expect(await ask()).toBe(second);

  await page.goto(here + '/admin/prompt');
  await page.getByRole('link', { name: `Compare version ${first} with what is in force` }).click();
  const changes = page.getByRole('region', { name: 'Changes, line by line' });
  await expect(changes.locator('ins')).toHaveText(/Answer in two sentences/);
  await take(page, 'compare');
  await page.getByRole('button', { name: `Go back to version ${first}` }).click();
  const third = String(Number(first) + 2);
  await expect(page.getByRole('status')).toContainText(`Version ${third} is in force`);
  await expect(field).toHaveValue(before);
  expect(await ask()).toBe(third);
  await page.goto(here + '/admin/prompt');
  await take(page, 'instructions');
});

test('instructions: somebody else was quicker, and the session ended', async ({ page, browser, reach, watch }) => {
  watch.allow(/status of 4\d\d/);
  const here = origin(reach, 'brightfold');
  await new SignIn(page, here).as(person(reach, 'brightfold', 'clara'));
  await page.goto(here + '/admin/prompt');
  const other = await browser.newPage();
  await new SignIn(other, here).as(person(reach, 'brightfold', 'clara'));
  await other.goto(here + '/admin/prompt');
  await other.getByRole('textbox', { name: /ersion/ }).fill(`The quicker one ${tag()}`);
  await other.getByRole('button', { name: 'Put in force' }).click();
  await expect(other.getByRole('status')).toContainText('is in force');
  const mine = `The slower one ${tag()}`;
  const field = page.getByRole('textbox', { name: /ersion/ });
  await field.fill(mine);
  await page.getByRole('button', { name: 'Put in force' }).click();
  await expect(page.getByRole('heading', { name: 'From what is in force to yours' })).toBeVisible();
  await expect(field).toHaveValue(mine);
  await take(page, 'overtaken');
  await page.context().clearCookies();
  await page.getByRole('button', { name: 'Put in force' }).click();
  await expect(page.getByRole('heading', { name: 'Your text is kept here' })).toBeVisible();
  await expect(page.getByLabel('What you wrote')).toHaveValue(mine);
  expect(await violations(page)).toEqual([]);
  await other.close();
});

test('sessions: an admin signs a member out and no owner', async ({ page, browser, reach }) => {
  const here = origin(reach, 'nordwind');
  const anna = await browser.newPage();
  await new SignIn(anna, here).as(person(reach, 'nordwind', 'anna'));
  const mia = await browser.newPage();
  await new SignIn(mia, here).as(person(reach, 'nordwind', 'mia'));
  await new SignIn(page, here).as(person(reach, 'nordwind', 'jonas'));
  await page.goto(here + '/admin/sessions');
  await take(page, 'sessions');
  const of = (email: string) => page.locator('section.panel', { hasText: email });
  await expect(of('mia@nordwind.example')).toContainText('Only an owner can sign an owner out');
  await expect(of('mia@nordwind.example').getByRole('button')).toHaveCount(0);
  await of('anna@nordwind.example').getByRole('button').first().click();
  await expect(page.getByRole('status')).toContainText('Signed out');
  await anna.close();
  await mia.close();
});

test('the page of pieces, under colours that are hard', async ({ page, reach, watch }) => {
  // The platform's own host has no icon.
  watch.allow(/status of 404/);
  for (const colour of ['#ffe600', '#0b0b10', '#006654']) {
    await page.goto(`http://localhost:${reach.port}/kit?colour=${encodeURIComponent(colour)}`);
    await expect(page.getByLabel('Colour', { exact: true })).toHaveValue(colour);
    await take(page, `kit-${colour.slice(1)}`);
  }
});
