// Dressing a workspace in a browser: the preview follows the typing, a publish reaches pages that are open
// already, and the way back does too. By keyboard alone, and in colours that are hard to read.
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { SignIn } from '../pages/sign-in.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** Everything axe finds on the page itself; the frame holds drawings that nobody reaches. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
  await page.evaluate(AXE);
  return page.evaluate(async (tags) => {
    interface Found { violations: { id: string; nodes: { target: unknown[]; failureSummary?: string }[] }[] }
    const axe = (window as unknown as { axe: { run(what: object, how: object): Promise<Found> } }).axe;
    const options = { iframes: false, runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } };
    const found = await axe.run({ exclude: ['iframe'] }, options);
    return found.violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${String(node.target)} ${node.failureSummary ?? ''}`));
  }, TAGS);
}

/** What stands in the face by day of the preview. */
function face(page: Page) {
  return page.frameLocator('iframe.preview-frame:not(.coming)').frameLocator('iframe').first();
}

const colourOf = (page: Page): Promise<string> =>
  page.evaluate(() => getComputedStyle(document.documentElement).getPropertyValue('--brand').trim());

test('typing is previewed, a publish reaches an open chat, and the way back does too', async ({ chatAs, context, reach }) => {
  const chat = await chatAs('halden', 'ruth');
  const before = await colourOf(chat.page);
  const page = await context.newPage();
  await page.goto(`${origin(reach, 'halden')}/admin/branding`);
  const name = await page.getByLabel('Name', { exact: true }).getAttribute('placeholder');
  await expect(face(page).getByText('Sign in with')).toBeVisible();
  await page.getByLabel('Heading').fill('Good to see you');
  await expect(face(page).getByRole('heading', { name: 'Good to see you' })).toBeVisible();
  await page.getByLabel('Colour', { exact: true }).fill('#b3005e');
  await page.getByLabel('Name', { exact: true }).fill('Halden Crew');
  await expect(page.getByRole('cell', { name: '#b3005e' }).first()).toBeVisible();
  await expect(face(page).getByText('Halden Crew').first()).toBeVisible();
  // Nobody else sees any of it yet.
  expect(await colourOf(chat.page)).toBe(before);
  await page.getByRole('button', { name: 'Publish' }).click();
  await expect(page.getByRole('status')).toContainText('Published');
  await expect.poll(() => colourOf(chat.page)).toBe('#b3005e');
  await expect(chat.page).toHaveTitle(/Halden Crew/);
  await expect(chat.page.locator('.side .brand-name')).toHaveText('Halden Crew');
  // The page was never loaded anew: what was typed in it is still there.
  await page.getByRole('button', { name: /Go back to version/ }).first().click();
  await expect(page.getByRole('status')).toContainText('older look');
  await expect.poll(() => colourOf(chat.page)).toBe(before);
  await expect(chat.page).toHaveTitle(new RegExp(name ?? 'Halden'));
});

test('nothing that was typed is lost to an error', async ({ page, reach }) => {
  const here = origin(reach, 'halden');
  await new SignIn(page, here).as(person(reach, 'halden', 'ruth'));
  await page.goto(`${here}/admin/branding`);
  await page.getByLabel('Greeting').fill('Typed with care');
  await page.getByLabel('Colour', { exact: true }).fill('mauve');
  await page.getByRole('button', { name: 'Keep as draft' }).last().click();
  await expect(page.getByRole('alert')).toContainText('What you typed is still here');
  await expect(page.getByLabel('Greeting')).toHaveValue('Typed with care');
  await expect(page.getByLabel('Colour', { exact: true })).toHaveValue('mauve');
  await page.getByRole('link', { name: 'Colour', exact: true }).click();
  expect(page.url()).toContain('#brand-colour');
});

test('by keyboard alone', async ({ page, reach }) => {
  const here = origin(reach, 'brightfold');
  await new SignIn(page, here).as(person(reach, 'brightfold', 'clara'));
  await page.goto(`${here}/admin/branding`);
  const reachIt = async (wanted: () => Promise<boolean>): Promise<void> => {
    for (let step = 0; step < 80; step += 1) {
      if (await wanted()) return;
      await page.keyboard.press('Tab');
    }
    throw new Error('never reached');
  };
  const focused = (id: string) => () => page.evaluate((it) => document.activeElement?.id === it, id);
  const named = (words: string) => () => page.evaluate((it) => document.activeElement?.textContent?.trim() === it, words);
  await reachIt(focused('brand-tagline'));
  await page.keyboard.press('Control+A');
  await page.keyboard.type('Made by hand');
  await reachIt(named('Keep as draft'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('draft');
  await expect(page.getByLabel('Sentence')).toHaveValue('Made by hand');
  await reachIt(named('Throw the draft away'));
  await page.keyboard.press('Enter');
  await expect(page.getByRole('status')).toContainText('gone');
});

test.describe('without script', () => {
  test.use({ javaScriptEnabled: false });

  test('the preview comes by a button', async ({ page, reach }) => {
    const here = origin(reach, 'brightfold');
    await new SignIn(page, here).as(person(reach, 'brightfold', 'clara'));
    await page.goto(`${here}/admin/branding`);
    await page.getByLabel('Greeting').fill('Shown by a button');
    await page.getByRole('radio', { name: 'Phone' }).check({ force: true });
    await page.getByRole('button', { name: 'Show', exact: true }).click();
    await expect(face(page).getByText('Shown by a button')).toBeVisible();
    await expect(page.getByLabel('Greeting')).toHaveValue('Shown by a button');
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    for (const colour of ['#f2b705', '#0b0b0d', '#c2185b']) {
      test(`axe finds nothing in ${colour}`, async ({ page, reach }) => {
        const here = origin(reach, 'lumen');
        await new SignIn(page, here).as(person(reach, 'lumen', 'edda'));
        await page.goto(`${here}/admin/branding`);
        await page.getByLabel('Colour', { exact: true }).fill(colour);
        await page.getByRole('button', { name: 'Publish' }).click();
        await expect(page.getByRole('status')).toContainText('Published');
        expect(await violations(page)).toEqual([]);
        await page.getByLabel('Colour', { exact: true }).fill('nonsense');
        await page.getByRole('button', { name: 'Publish' }).click();
        await expect(page.getByRole('alert')).toBeVisible();
        expect(await violations(page), 'refused').toEqual([]);
      });
    }
  });
}
