import { type Page } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { SignIn, expect, test, workspace } from '../pages.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Violation { id: string; nodes: { html: string }[] }

async function violations(page: Page): Promise<string[]> {
  // Evaluated, not inserted as a script element: the page's policy forbids that, rightly.
  await page.evaluate(axe);
  const found = await page.evaluate(async () => {
    const run = (window as unknown as { axe: { run: (root: Document, options: object) => Promise<{ violations: Violation[] }> } }).axe;
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
    return (await run.run(document, { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } })).violations;
  });
  return found.map((one) => `${one.id}: ${one.nodes.map((node) => node.html.slice(0, 160)).join(' | ')}`);
}

for (const scheme of ['light', 'dark'] as const) {
  test(`sign-in, account and members in ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const signIn = new SignIn(page, 'brightfold');
    await signIn.open();
    expect(await violations(page)).toEqual([]);
    await signIn.as('owner');
    for (const path of ['/account', '/admin/members']) {
      await page.goto(workspace('brightfold').url + path);
      expect(await violations(page), path).toEqual([]);
    }
  });

  test(`chat in ${scheme}: empty, answered, palette, help`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    const chat = await new SignIn(page, 'nordwind').as('member');
    expect(await violations(page), 'empty').toEqual([]);
    await chat.list.getByText('Summary of the supplier audit').click();
    await expect(chat.answers.first()).toContainText('Three findings');
    expect(await violations(page), 'conversation').toEqual([]);
    await page.keyboard.press('Control+k');
    await expect(page.getByRole('dialog')).toBeVisible();
    expect(await violations(page), 'palette').toEqual([]);
    await page.keyboard.press('Escape');
  });
}
