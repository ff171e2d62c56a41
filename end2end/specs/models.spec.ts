import { origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { SignIn } from '../pages/sign-in.ts';

test('a name is made, rearranged, saved and removed, by keyboard and without any script', async ({ browser, reach }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const here = origin(reach, 'halden');
  const signIn = new SignIn(page, here);
  await signIn.as(person(reach, 'halden', 'ruth'));
  await page.goto(here + '/account');
  await page.getByRole('navigation', { name: 'Settings' }).getByRole('link', { name: 'Models' }).click();
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'New name' }).click();
  await page.getByLabel('Members see').fill('For drafts');
  await page.getByLabel('Alias').fill('Not An Alias');
  await page.getByLabel('Key', { exact: true }).selectOption({ label: 'Demo model, needs no key' });
  // Return in a field saves; it does not press a button that rearranges.
  await page.getByLabel('Alias').press('Enter');
  await expect(page.getByRole('alert')).toContainText('The alias must begin with a letter');
  await expect(page.getByLabel('Members see')).toHaveValue('For drafts');
  await page.getByLabel('Alias').fill('drafts');
  await page.getByRole('button', { name: 'Another target' }).click();
  await expect(page.getByLabel('Model', { exact: true })).toHaveCount(2);
  await page.getByRole('button', { name: 'Move down: target 1' }).click();
  await expect(page.getByLabel('Key', { exact: true }).nth(1)).toHaveValue('demo');
  await page.getByRole('button', { name: 'Save' }).last().click();
  await expect(page).toHaveURL(here + '/admin/models');
  const made = page.getByRole('region', { name: 'For drafts drafts' });
  await expect(made).toContainText('Taken');
  await expect(made).toContainText('$ 1.00 / $ 2.00');
  await made.getByRole('link', { name: 'Change For drafts' }).click();
  await page.getByText('Remove this name').click();
  await page.getByRole('button', { name: 'Remove the name' }).click();
  await expect(page.getByRole('heading', { name: 'Models', level: 1 })).toBeVisible();
  await expect(page.getByText('For drafts')).toHaveCount(0);
  await context.close();
});
