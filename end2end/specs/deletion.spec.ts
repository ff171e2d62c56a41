// An owner ends a workspace: what it destroys is said first, its name and the password are asked for, an
// answer that is being written stops, and the address is nobody's from then on.
import { Installation, origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { Chat } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const PASSWORD = 'nordwind-demo-only';

test('an owner deletes the workspace', async ({ page, browser, watch }) => {
  test.setTimeout(120_000);
  watch.allow(/status of 4\d\d/);
  const own = await Installation.create('deletion');
  try {
    own.seed();
    await own.start();
    const here = origin(own.reach(), 'nordwind');
    const other = await (await browser.newContext()).newPage();
    await new SignIn(other, here).as(person(own.reach(), 'nordwind', 'anna'));
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'mia'));
    await page.goto(here + '/account');
    await page.getByRole('link', { name: 'Workspace', exact: true }).click();
    await expect(page.getByRole('heading', { name: 'Workspace', level: 1 })).toBeVisible();
    await expect(page.getByRole('button', { name: 'Delete this workspace' })).toBeHidden();
    await page.getByText('Delete this workspace').first().press('Enter');
    await expect(page.getByRole('heading', { name: 'What remains' })).toBeVisible();

    const confirm = page.getByLabel(/^Type “Nordwind Legal” to confirm$/);
    const press = page.getByRole('button', { name: 'Delete this workspace' });
    await confirm.fill('Nordwind');
    await page.getByLabel('Password').fill(PASSWORD);
    await press.click();
    await expect(page.getByRole('alert')).toContainText('That is not the name of this workspace. Nothing was changed.');
    await confirm.fill('Nordwind Legal');
    await page.getByLabel('Password').fill('not the password');
    await press.click();
    await expect(page.getByRole('alert')).toContainText('That password is not right. Nothing was changed.');

    // Somebody is being answered at that moment.
    const chat = new Chat(other, here);
    await chat.open('/');
    await chat.ask('Write a long overview of everything you can show.');
    await expect(other.getByRole('button', { name: 'Stop answering' })).toBeVisible();
    await confirm.fill('Nordwind Legal');
    await page.getByLabel('Password').fill(PASSWORD);
    await press.click();
    await expect(page.getByRole('heading', { name: 'Deleted' })).toBeVisible();
    await expect(other.getByRole('button', { name: 'Stop answering' })).toBeHidden();
    expect(await page.context().cookies()).toEqual([]);

    for (const visitor of [page, other]) {
      for (const path of ['/', '/sign-in', '/admin/workspace']) {
        const answer = await visitor.goto(here + path);
        expect(answer?.status(), path).toBe(421);
        await expect(visitor.getByText('Nothing is served at this address.')).toBeVisible();
        await expect(visitor.getByText('Nordwind')).toHaveCount(0);
      }
    }
    const halden = await page.goto(origin(own.reach(), 'halden') + '/sign-in');
    expect(halden?.status()).toBe(200);
    await other.context().close();
  } finally {
    await page.goto('about:blank');
    await own.stop();
    own.remove();
  }
});
