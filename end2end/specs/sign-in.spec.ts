import { expect, test } from '../installation/test.ts';
import { origin, person } from '../installation/installation.ts';
import { SignIn } from '../pages/sign-in.ts';

for (const javaScriptEnabled of [true, false]) {
  test.describe(`scripts ${javaScriptEnabled ? 'on' : 'off'}`, () => {
    test.use({ javaScriptEnabled });

    test('a member signs in and out', async ({ page, reach }) => {
      const signIn = new SignIn(page, origin(reach, 'nordwind'));
      await signIn.as(person(reach, 'nordwind', 'anna'));
      await page.goto(signIn.origin + '/account');
      await expect(page.getByRole('heading', { name: 'Account', level: 1 })).toBeVisible();
      await page.getByRole('button', { name: 'Sign out', exact: true }).first().click();
      await page.waitForURL(/\/sign-in/);
      await page.goto(signIn.origin + '/account');
      await expect(page).toHaveURL(/\/sign-in\?next=/);
    });

    test('the page asked for comes after signing in', async ({ page, reach }) => {
      const signIn = new SignIn(page, origin(reach, 'nordwind'));
      await page.goto(signIn.origin + '/account');
      await expect(page).toHaveURL(/\/sign-in\?next=/);
      const { email, password } = person(reach, 'nordwind', 'mia');
      await signIn.enter(email, password);
      await page.waitForURL(signIn.origin + '/account');
    });
  });
}

test('a wrong password and an unknown account read the same', async ({ page, reach, watch }) => {
  watch.allow(/status of 422/);
  const signIn = new SignIn(page, origin(reach, 'lumen'));
  const words: string[] = [];
  for (const email of [person(reach, 'lumen', 'edda').email, 'nobody@lumen.example']) {
    await signIn.open();
    await signIn.enter(email, 'not the password at all');
    const problem = page.getByRole('alert');
    await expect(problem).toBeVisible();
    await expect(signIn.email, 'the address typed is kept').toHaveValue(email);
    await expect(signIn.password).toHaveValue('');
    words.push(await problem.innerText());
  }
  expect(words[0]).toBe(words[1]);
});

test('a foreign address is not followed after signing in', async ({ page, reach }) => {
  const signIn = new SignIn(page, origin(reach, 'lumen'));
  await signIn.open('/sign-in?next=' + encodeURIComponent('//evil.example/'));
  const { email, password } = person(reach, 'lumen', 'paul');
  await signIn.enter(email, password);
  await page.waitForURL(signIn.origin + '/');
});

test('a session of one workspace is nobody in another', async ({ page, reach }) => {
  const here = origin(reach, 'nordwind');
  await new SignIn(page, here).as(person(reach, 'nordwind', 'jonas'));
  const cookies = await page.context().cookies(here);
  expect(cookies.length).toBeGreaterThan(0);
  // The browser would not send it; somebody who copies it by hand is nobody all the same.
  await page.context().addCookies(cookies.map((cookie) => ({ ...cookie, domain: 'halden.localhost' })));
  await page.goto(origin(reach, 'halden') + '/account');
  await expect(page).toHaveURL(/halden\.localhost:\d+\/sign-in/);
});

test('signing out everywhere ends the other browser too', async ({ page, browser, reach }) => {
  const here = origin(reach, 'brightfold');
  const clara = person(reach, 'brightfold', 'clara');
  await new SignIn(page, here).as(clara);
  const other = await browser.newContext();
  const elsewhere = await other.newPage();
  await new SignIn(elsewhere, here).as(clara);
  await page.goto(here + '/account');
  await expect(page.getByText('This browser')).toBeVisible();
  await page.getByRole('button', { name: 'Sign out everywhere' }).click();
  await page.waitForURL(/\/sign-in/);
  await elsewhere.goto(here + '/account');
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await other.close();
});

test('an invitation makes a member who can chat', async ({ page, browser, reach }) => {
  const here = origin(reach, 'brightfold');
  await new SignIn(page, here).as(person(reach, 'brightfold', 'clara'));
  await page.goto(here + '/admin/members');
  const email = `new-${Date.now()}@brightfold.example`;
  await page.getByLabel('Email', { exact: true }).fill(email);
  await page.getByLabel('Role').selectOption('member');
  await page.getByRole('button', { name: 'Make the link' }).click();
  const link = await page.getByLabel('Invitation link').inputValue();
  const guest = await (await browser.newContext()).newPage();
  await guest.goto(link);
  await guest.getByLabel('Your name').fill('Nia Demo');
  await guest.getByLabel('Password', { exact: true }).fill('a long enough phrase');
  await guest.getByRole('button', { name: 'Join' }).click();
  await guest.waitForURL(here + '/');
  await expect(guest.getByRole('textbox', { name: 'Message' })).toBeVisible();
  await guest.context().close();
});

test('the landing page signs in with one press', async ({ page, reach, watch }) => {
  watch.allow(/favicon\.ico/);
  await page.goto(`http://localhost:${reach.port}/`);
  await page.getByRole('button', { name: 'Sign in to Lumen Clinic as Paul Nilsen, member' }).click();
  await page.waitForURL(origin(reach, 'lumen') + '/');
  await expect(page).toHaveTitle(/Lumen Clinic/);
});
