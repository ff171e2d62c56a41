import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { pagesOfApp } from '../installation/pages-of-app.ts';
import { origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa', 'best-practice'];

/** What stands in the places of a path, where every installation with the demo has it. */
const EXAMPLES: Record<string, string> = {
  '/admin/models/:environment/:alias': '/admin/models/production/demo',
};

/** Pages that need a story of their own before they are there: the spec that tells it and runs axe on them. */
const ELSEWHERE: Record<string, string> = {
  '/': 'accessibility',
  '/c/:id': 'accessibility',
  '/sign-in': 'accessibility',
  '/invite/:token': 'agency',
  '/guest/:code': 'agency',
  '/agency': 'agency',
  '/agency/clients/new': 'agency',
  '/agency/clients/:id': 'agency',
  '/operator': 'agency',
  '/operator/agencies': 'agency',
  '/operator/health': 'agency',
  '/kit': 'rooms',
  '/admin/branding': 'branding',
  '/admin/domains/:host': 'domains',
  '/admin/keys/:id': 'vault-pictures',
  '/admin/keys/checks/:id': 'vault-pictures',
};

/** The answers of forms: the page the form is on, with what is wrong written beside the field. */
const ANSWERS = ['/admin/members/invite', '/admin/keys/check', '/account/keys/check'];

/** Pages no spec has looked at yet. This list may only become shorter. */
const UNSEEN = ['/agency/team', '/account/keys/:id', '/account/keys/checks/:id', '/admin/virtual-keys/:id', '/admin/sign-on/:id'];

/** The pages that are looked at one after the other below. */
const PLAIN = pagesOfApp()
  .filter((path) => !(path in ELSEWHERE) && !ANSWERS.includes(path) && !UNSEEN.includes(path))
  .map((path) => EXAMPLES[path] ?? path);

test('no page is forgotten', () => {
  const pages = pagesOfApp();
  expect(pages.length, 'the list of pages is read').toBeGreaterThan(30);
  expect(PLAIN.filter((path) => path.includes(':')), 'pages without an example').toEqual([]);
  const named = [...Object.keys(EXAMPLES), ...Object.keys(ELSEWHERE), ...ANSWERS, ...UNSEEN];
  expect(named.filter((path) => !pages.includes(path)), 'pages that are gone').toEqual([]);
  for (const spec of new Set(Object.values(ELSEWHERE))) {
    const text = readFileSync(new URL(`${spec}.spec.ts`, import.meta.url), 'utf8');
    expect(text, `${spec} runs axe`).toContain('axe.run(');
  }
});

interface Violation {
  id: string;
  nodes: { target: unknown[]; failureSummary?: string }[];
}

/** Everything axe finds on the page as it is now. */
async function violations(page: Page): Promise<string[]> {
  // Movement that has begun ends first: half-faded text has half the contrast.
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
  await page.evaluate(AXE);
  const found = await page.evaluate(async (tags) => {
    const axe = (window as unknown as { axe: { run(o: object): Promise<{ violations: Violation[] }> } }).axe;
    const result = await axe.run({ runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } });
    return result.violations;
  }, TAGS);
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${String(node.target)} ${node.failureSummary ?? ''}`));
}

for (const colorScheme of ['light', 'dark'] as const) {
  test.describe(colorScheme, () => {
    test.use({ colorScheme });

    // The yellow one is the hardest colour of the four; the others stand for dark and cool ones.
    for (const slug of ['nordwind', 'brightfold']) {
      test(`${slug}: sign-in`, async ({ page, reach, watch }) => {
        watch.allow(/status of 422/);
        const signIn = new SignIn(page, origin(reach, slug));
        await signIn.open();
        expect(await violations(page)).toEqual([]);
        await signIn.enter('nobody@example.com', 'not the password');
        await expect(page.getByRole('alert')).toBeVisible();
        expect(await violations(page), 'refused').toEqual([]);
      });

      test(`${slug}: chat`, async ({ chatAs }) => {
        const chat = await chatAs(slug, slug === 'nordwind' ? 'mia' : 'clara');
        expect(await violations(chat.page), 'empty').toEqual([]);
        await chat.ask(`Show me what this workspace can do ${tag()}`);
        await chat.someText();
        expect(await violations(chat.page), 'streaming').toEqual([]);
        await chat.finished();
        await chat.answer.locator('details.receipt summary').click();
        expect(await violations(chat.page), 'answered').toEqual([]);
        await chat.page.keyboard.press('Control+k');
        await expect(chat.palette).toBeVisible();
        expect(await violations(chat.page), 'palette').toEqual([]);
        await chat.page.keyboard.press('Escape');
        await chat.fromMenu('Rename');
        await expect(chat.page.getByRole('dialog', { name: 'Rename conversation' })).toBeVisible();
        expect(await violations(chat.page), 'rename').toEqual([]);
        await chat.page.keyboard.press('Escape');
        await chat.page.getByRole('button', { name: /Account and settings/ }).click();
        expect(await violations(chat.page), 'menu').toEqual([]);
        await chat.page.getByRole('button', { name: 'Keyboard shortcuts' }).click();
        await expect(chat.page.getByRole('dialog', { name: 'Keyboard shortcuts' })).toBeVisible();
        expect(await violations(chat.page), 'help').toEqual([]);
        await chat.page.keyboard.press('Escape');
        await chat.fromMenu('Delete');
        await expect(chat.page.getByRole('button', { name: 'Undo' })).toBeVisible();
        expect(await violations(chat.page), 'undo').toEqual([]);
      });
    }

    test('every plain page, not found, landing', async ({ page, reach, watch }) => {
      test.setTimeout(180_000);
      watch.allow(/status of 404/);
      const here = origin(reach, 'nordwind');
      await new SignIn(page, here).as(person(reach, 'nordwind', 'mia'));
      for (const path of [...PLAIN, '/no/such/page']) {
        await page.goto(here + path);
        expect(await violations(page), path).toEqual([]);
      }
      await page.goto(`http://localhost:${reach.port}/`);
      expect(await violations(page), 'landing').toEqual([]);
    });
  });
}

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('chat and its drawer', async ({ page, reach }) => {
    const here = origin(reach, 'halden');
    await new SignIn(page, here).as(person(reach, 'halden', 'tim'));
    expect(await violations(page)).toEqual([]);
    const newChat = page.getByRole('button', { name: 'New chat' });
    await expect(async () => {
      await page.getByRole('button', { name: 'Open the conversation list' }).tap();
      await expect(newChat).toBeInViewport({ timeout: 1_000 });
    }).toPass();
    expect(await violations(page), 'drawer').toEqual([]);
  });
});
