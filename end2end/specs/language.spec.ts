import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import type { Page } from '@playwright/test';
import { origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { SignIn } from '../pages/sign-in.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Names of the rules that the page as it is now breaks. */
async function broken(page: Page): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
  await page.evaluate(AXE);
  return page.evaluate(async () => {
    const axe = (window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } }).axe;
    return (await axe.run()).violations.map((it) => it.id);
  });
}

test('a member chooses German before signing in, and the chat speaks it', async ({ page, reach }) => {
  const signIn = new SignIn(page, origin(reach, 'nordwind'));
  await page.goto(signIn.origin + '/sign-in?next=/account');
  await page.getByRole('button', { name: 'Deutsch' }).click();
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  await expect(page.locator('html')).toHaveAttribute('lang', 'de');
  const { email, password } = person(reach, 'nordwind', 'anna');
  await page.getByLabel('E-Mail').fill(email);
  await page.getByLabel('Passwort').fill(password);
  await page.getByRole('button', { name: 'Anmelden' }).click();
  await page.waitForURL(signIn.origin + '/account');
  await expect(page.getByRole('heading', { name: 'Konto', level: 1 })).toBeVisible();
  await page.goto(signIn.origin + '/');
  await page.getByRole('textbox', { name: 'Nachricht' }).fill('Guten Tag');
  await page.getByRole('button', { name: 'Senden' }).click();
  await expect(page.getByRole('article', { name: 'Antwort' }).first()).toBeVisible();
  await expect(page.getByText('Demo-Antwort, kein Schlüssel verwendet').first()).toBeVisible();
});

test.describe('a browser that asks for German', () => {
  test.use({ locale: 'de-AT', javaScriptEnabled: false });

  test('gets it, until somebody chooses otherwise', async ({ page, reach }) => {
    const at = origin(reach, 'nordwind') + '/sign-in';
    await page.goto(at);
    await expect(page.getByRole('button', { name: 'Anmelden' })).toBeVisible();
    await page.getByRole('button', { name: 'English' }).click();
    await expect(page.getByRole('button', { name: 'Sign in' })).toBeVisible();
    await expect(page.locator('html')).toHaveAttribute('lang', 'en');
  });
});

test.describe('from right to left, on a phone', () => {
  test.use({ viewport: { width: 375, height: 740 } });

  test('nothing stands beside the page', async ({ page, reach }) => {
    const signIn = new SignIn(page, origin(reach, 'nordwind'));
    await signIn.as(person(reach, 'nordwind', 'mia'));
    await page.goto(signIn.origin + '/account');
    await page.getByRole('button', { name: 'Mirrored' }).click();
    for (const path of ['/account', '/', '/admin/members']) {
      await page.goto(signIn.origin + path);
      await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
      const beside = await page.evaluate(
        () => document.documentElement.scrollWidth - document.documentElement.clientWidth,
      );
      expect(beside, path).toBeLessThanOrEqual(0);
      expect(await broken(page), path).toEqual([]);
    }
    await page.goto(signIn.origin + '/account');
    await page.locator('form[action="/sign-out"] button').first().click();
    await page.waitForURL(/\/sign-in/);
    await expect(page.locator('html')).toHaveAttribute('dir', 'rtl');
  });
});
