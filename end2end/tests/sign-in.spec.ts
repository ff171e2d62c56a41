import { SignIn, expect, person, platform, test, workspace } from '../pages.js';

test.use({ allowErrors: [/Failed to load resource: the server responded with a status of 4\d\d/] });

test('signs in without any script', async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  const signIn = new SignIn(page, 'nordwind');
  await signIn.open();
  const who = person('nordwind', 'member');
  await signIn.fill(who.email, who.password);
  await expect(page.getByRole('navigation', { name: 'Conversations' })).toBeVisible();
  await context.close();
});

test('says the same to a wrong password and to an unknown account', async ({ page }) => {
  const signIn = new SignIn(page, 'lumen');
  const said: string[] = [];
  for (const email of [person('lumen', 'member').email, 'nobody@lumen.example']) {
    await signIn.open();
    await signIn.fill(email, 'not the password at all');
    await expect(page.getByRole('alert')).toBeVisible();
    await expect(page.getByLabel('Email')).toHaveValue(email);
    said.push((await page.getByRole('alert').innerText()).trim());
  }
  expect(said[0]).toBe(said[1]);
});

test('leads back to the page that was asked for', async ({ page }) => {
  const signIn = new SignIn(page, 'nordwind');
  await signIn.open('/account');
  await expect(page).toHaveURL(/\/sign-in\?next=/);
  const who = person('nordwind', 'member');
  await signIn.fill(who.email, who.password);
  await expect(page).toHaveURL(/\/account$/);
});

test('is nobody on another workspace’s host', async ({ page, context }) => {
  await new SignIn(page, 'nordwind').as('member');
  const cookies = await context.cookies(workspace('nordwind').url);
  const session = cookies.find((cookie) => cookie.name.endsWith('session'));
  expect(session?.httpOnly).toBe(true);
  const other = workspace('halden');
  await context.addCookies([{ name: session!.name, value: session!.value, url: other.url }]);
  await page.goto(`${other.url}/`);
  await expect(page).toHaveURL(/\/sign-in/);
});

test('signs out everywhere', async ({ page, browser }) => {
  await new SignIn(page, 'brightfold').as('member');
  const context = await browser.newContext();
  const second = await context.newPage();
  await new SignIn(second, 'brightfold').as('member');
  await second.goto(`${workspace('brightfold').url}/account`);
  await second.getByRole('button', { name: /sign out everywhere/i }).click();
  await expect(second).toHaveURL(/\/sign-in/);
  await page.goto(`${workspace('brightfold').url}/`);
  await expect(page).toHaveURL(/\/sign-in/);
  await context.close();
});

test('lets a visitor of the demo page in with one click', async ({ page }) => {
  await page.goto(platform);
  await page.getByRole('button', { name: /Tim Oster/ }).click();
  await expect(page).toHaveURL(`${workspace('halden').url}/`);
  await expect(page.getByRole('textbox', { name: 'Message' })).toBeVisible();
});

test('invites somebody by link, once', async ({ page, browser }) => {
  await new SignIn(page, 'halden').as('owner');
  await page.goto(`${workspace('halden').url}/admin/members`);
  const email = `guest-${Date.now()}@halden.example`;
  await page.getByLabel('Email').fill(email);
  await page.getByRole('button', { name: /invite/i }).click();
  const link = /https?:\/\/\S+\/invite\/[\w-]+/.exec(await page.content())?.[0] ?? '';
  expect(link).not.toBe('');
  const context = await browser.newContext();
  const guest = await context.newPage();
  await guest.goto(link);
  await guest.getByLabel('Name').fill('Guest of the demo');
  await guest.getByLabel('Password').fill('a guest of the demo');
  await guest.locator('form button').first().click();
  await expect(guest.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await guest.goto(link);
  await expect(guest.getByText(/not valid any more|nothing here/i).first()).toBeVisible();
  await context.close();
});
