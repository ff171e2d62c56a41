// Keys for programs in a browser, without any script: made, shown once, rotated, revoked. Pictures of each
// step in light and dark, on a desk and on a phone.
import { join } from 'node:path';
import { OUTPUT, origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { SignIn } from '../pages/sign-in.ts';

const SIZES = { desk: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`a key is made, shown once, rotated and revoked: ${size}, ${colorScheme}`, async ({ browser, reach }) => {
      const context = await browser.newContext({ javaScriptEnabled: false, viewport, colorScheme });
      const page = await context.newPage();
      const take = async (name: string): Promise<void> => {
        const path = join(OUTPUT, 'pictures', `${size}-${colorScheme}-programs-${name}.png`);
        await page.screenshot({ path, fullPage: true });
      };
      const here = origin(reach, 'halden');
      await new SignIn(page, here).as(person(reach, 'halden', 'ruth'));
      await page.goto(here + '/account');
      // On a phone the places are a sheet, which needs no script either.
      if (size === 'phone') await page.getByRole('button', { name: 'Menu' }).click();
      await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Programs' }).click();
      await expect(page.getByRole('heading', { name: 'Programs', level: 1 })).toBeVisible();
      const name = `Nightly ${size} ${colorScheme}`;
      const form = page.locator('.program-form');
      if (!(await form.isVisible())) await page.getByText('Make a key', { exact: true }).click();
      await page.getByLabel('Name', { exact: true }).fill(name);
      await page.getByRole('radio', { name: 'Development' }).check();
      await page.getByText('Make it narrower').click();
      await page.getByLabel('Networks').fill('ten');
      await page.getByLabel('US dollars a month').fill('2.50');
      await take('form');
      await page.getByRole('button', { name: 'Make the key' }).click();
      await expect(page.getByRole('alert')).toContainText('Networks:');
      await expect(page.getByLabel('Name', { exact: true })).toHaveValue(name);
      await page.getByLabel('Networks').fill('10.0.0.0/8');
      await page.getByRole('button', { name: 'Make the key' }).click();
      const field = page.getByRole('textbox', { name: 'Token' });
      const token = await field.inputValue();
      expect(token).toMatch(/^lv_dev_[0-9a-f]{32}_[\w-]{43}$/);
      expect(page.url()).not.toContain(token.slice(40));
      await expect(page.getByRole('textbox', { name: 'Base URL' })).toHaveValue(here + '/v1');
      await take('token');
      await page.goto(here + '/admin/virtual-keys');
      expect(await page.content()).not.toContain(token);
      await take('list');

      await page.getByRole('link', { name }).click();
      await expect(page.getByText('production is out of its reach')).toBeVisible();
      await page.getByText('Rotate', { exact: true }).click();
      await page.getByRole('button', { name: 'Make a new token' }).click();
      const second = await page.getByRole('textbox', { name: 'Token' }).inputValue();
      expect(second).not.toBe(token);
      await expect(page.getByText('The token before it stays good until')).toBeVisible();
      await take('rotated');
      await page.getByText('Revoke', { exact: true }).click();
      await page.getByRole('button', { name: `Revoke ${name} for good` }).click();
      await expect(page.getByRole('heading', { name: 'Programs', level: 1 })).toBeVisible();
      await expect(page.getByRole('row', { name })).toContainText('Revoked');

      await page.goto(here + '/account');
      await page.getByRole('link', { name: 'Make a token' }).click();
      await page.getByRole('button', { name: 'Make a token' }).click();
      await expect(page.getByRole('textbox', { name: 'Token' })).toHaveValue(/^lv_me_/);
      await take('own');
      await context.close();
    });
  }
}
