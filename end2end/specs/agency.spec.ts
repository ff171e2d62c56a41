// The platform host in a real browser: an operator brings in an agency person, who makes a client, opens
// it as an administrator, closes it and opens it again; its owner and a member live through that.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from '@playwright/test';
import { Installation, origin } from '../installation/installation.ts';
import { expect, test, type Watch } from '../installation/test.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
const PASSWORD = 'a long password of nobody';

/** Nothing is wrong with the page: light and dark, and on a phone. */
async function sound(page: Page): Promise<void> {
  const size = page.viewportSize();
  for (const [colorScheme, width, height] of [
    ['light', 1360, 900],
    ['dark', 1360, 900],
    ['light', 390, 844],
  ] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.setViewportSize({ width, height });
    await page.evaluate(AXE);
    const found = await page.evaluate(async (tags) => {
      const axe = (window as unknown as { axe: { run(o: object): Promise<{ violations: { id: string }[] }> } }).axe;
      const options = { runOnly: { type: 'tag', values: tags }, rules: { 'target-size': { enabled: true } } };
      return (await axe.run(options)).violations.map(({ id }) => id);
    }, TAGS);
    expect(found, `${page.url()} ${colorScheme} ${width}`).toEqual([]);
    const over = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(over, `${page.url()} is wider than ${width}`).toBeLessThanOrEqual(0);
  }
  await page.emulateMedia({ colorScheme: 'light' });
  if (size) await page.setViewportSize(size);
}

/** A page in a browser of its own. */
async function another(browser: Browser, watch: Watch): Promise<Page> {
  const context = await browser.newContext();
  watch.follow(context);
  return context.newPage();
}

/** Accepts an invitation to the platform host. */
async function accept(page: Page, link: string, name: string): Promise<void> {
  await page.goto(link);
  await sound(page);
  await page.getByLabel('Your name').fill(name);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Begin' }).click();
}

test('an agency makes a client, opens it, closes it and opens it again', async ({ page, browser, watch }) => {
  test.setTimeout(240_000);
  // What is refused, and a workspace that is suspended, answer with these on purpose.
  watch.allow(/status of (403|404|422)/);
  const own = await Installation.create('agency');
  try {
    own.seed();
    await own.start();
    await story(page, browser, watch, own);
  } finally {
    await own.stop();
    own.remove();
  }
});

async function story(page: Page, browser: Browser, watch: Watch, own: Installation): Promise<void> {
  const home = `http://localhost:${own.port}`;

  // The operator, made at the command line, brings in an agency and its owner.
  const email = 'rita@operator.example';
  own.cli(['operator', 'create', '--email', email, '--name', 'Rita Root', '--password-stdin', '--may-open'], PASSWORD);
  await page.goto(`${home}/agency`);
  await expect(page).toHaveURL(/\/sign-in/);
  await sound(page);
  await page.getByLabel('Email').fill(email);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.goto(`${home}/operator`);
  await expect(page.getByRole('link', { name: 'Nordwind Legal' })).toBeVisible();
  await sound(page);
  await page.getByRole('link', { name: 'Health' }).click();
  await expect(page.getByText('Answered in')).toBeVisible();
  await sound(page);
  await page.getByRole('link', { name: 'Agencies' }).click();
  await page.getByLabel('Name', { exact: true }).fill('Northlight');
  await page.getByLabel('Short name').fill('northlight');
  await page.getByRole('button', { name: 'Make it' }).click();
  const northlight = page.getByRole('region', { name: 'Northlight' });
  await northlight.getByText('Invite somebody').click();
  await northlight.getByLabel('Email').fill('lena@northlight.example');
  await northlight.getByLabel('Owner: makes clients and brings in others').check();
  await northlight.getByLabel('May open clients as an administrator').check();
  await northlight.getByRole('button', { name: 'Invite' }).click();
  const link = await page.getByLabel('Invitation link').inputValue();
  await sound(page);

  // She chooses a password and makes a client.
  const lena = await another(browser, watch);
  await accept(lena, link, 'Lena Vogt');
  await lena.waitForURL(`${home}/agency`);
  await expect(lena.getByRole('heading', { name: 'No client yet' })).toBeVisible();
  await expect(lena.getByRole('link', { name: 'Health' })).toHaveCount(0);
  await sound(lena);
  await lena.getByRole('link', { name: 'Make the first one' }).click();
  await sound(lena);
  await lena.getByLabel('Name', { exact: true }).fill('Fjord & Co');
  await lena.getByLabel('Short name').fill('fjord');
  await lena.getByLabel('Owner’s email').fill('olga@fjord.example');
  await lena.getByRole('button', { name: 'Make this client' }).click();
  await expect(lena.getByRole('heading', { name: 'Fjord & Co', level: 1 })).toBeVisible();
  const invitation = await lena.getByLabel('Invitation link').inputValue();
  await sound(lena);

  // The invited owner signs in, on the client's own address.
  const olga = await another(browser, watch);
  await olga.goto(invitation);
  await olga.getByLabel('Your name').fill('Olga Lind');
  await olga.getByLabel('Password').fill(PASSWORD);
  await olga.getByRole('button', { name: 'Join' }).click();
  await expect(olga.getByRole('textbox', { name: 'Message' })).toBeVisible();

  // Open as an administrator: a line over every page, and what is not open is refused.
  const client = async (): Promise<void> => {
    await lena.goto(`${home}/agency`);
    await lena.getByRole('link', { name: 'Fjord & Co' }).click();
  };
  await client();
  await lena.getByLabel('Reason').first().fill('to set up models');
  await lena.getByRole('button', { name: 'Open as an administrator' }).click();
  await lena.waitForURL(/fjord\.localhost:\d+\/guest\//);
  await sound(lena);
  await lena.getByRole('button', { name: 'Come in' }).click();
  await lena.waitForURL(/\/admin$/);
  const line = lena.getByRole('complementary', { name: 'You are a guest here' });
  await expect(line).toContainText('Lena Vogt (Northlight)');
  await sound(lena);
  const inside = origin(own.reach(), 'fjord');
  for (const path of ['/', '/admin/members', '/admin/workspace', '/admin/keys', '/account']) {
    await lena.goto(inside + path);
    await expect(line, path).toBeVisible();
  }
  await lena.goto(`${inside}/`);
  await expect(lena.getByRole('heading', { name: 'Conversations stay with the members' })).toBeVisible();
  await expect(lena.getByRole('textbox', { name: 'Message' })).toHaveCount(0);
  await lena.goto(`${inside}/admin/members`);
  await expect(lena.getByRole('heading', { name: 'Not part of your role' })).toBeVisible();

  // The owner is told, and can send her away.
  await olga.goto(`${inside}/admin/workspace`);
  await expect(olga.getByText('is in this workspace as an administrator')).toBeVisible();
  await sound(olga);
  await olga.getByRole('button', { name: 'Let nobody come in' }).click();
  await expect(olga.getByText('Here now')).toHaveCount(0);
  await lena.goto(`${inside}/admin/models`);
  await expect(lena).toHaveURL(/\/sign-in/);
  await olga.getByRole('button', { name: 'Let them come in' }).click();

  // Suspend: the owner sees the page that says so, in the client's dress.
  await client();
  await lena.getByText('Suspend this client').first().click();
  await lena.getByLabel('Reason').last().fill('not paid since August');
  await lena.getByLabel('Type “Fjord & Co” to confirm').fill('Fjord & Co');
  await lena.locator('#suspend-password').fill('not her password');
  await lena.getByRole('button', { name: 'Suspend this client' }).click();
  await expect(lena.getByRole('alert')).toContainText('That password is not right.');
  await lena.getByText('Suspend this client').first().click();
  await lena.getByLabel('Reason').last().fill('not paid since August');
  await lena.getByLabel('Type “Fjord & Co” to confirm').fill('Fjord & Co');
  await lena.locator('#suspend-password').fill(PASSWORD);
  await lena.getByRole('button', { name: 'Suspend this client' }).click();
  await expect(lena.getByRole('heading', { name: 'This client is suspended' })).toBeVisible();
  await sound(lena);
  await olga.goto(`${inside}/`);
  await expect(olga.getByRole('heading', { name: 'This workspace is suspended' })).toBeVisible();
  await expect(olga.getByText('Fjord & Co', { exact: true })).toBeVisible();
  await expect(olga.getByText('not paid')).toHaveCount(0);

  // Resume.
  await lena.getByRole('button', { name: 'Resume' }).click();
  await expect(lena.getByRole('heading', { name: 'This client is suspended' })).toHaveCount(0);
  await olga.goto(`${inside}/`);
  await expect(olga.getByRole('textbox', { name: 'Message' })).toBeVisible();

  // Nothing of another client, and nothing of a member, is anywhere in the agency's pages.
  for (const path of ['/agency', '/agency/team', '/agency/clients/new']) {
    const html = await (await lena.goto(home + path))?.text();
    for (const name of ['Nordwind', 'Halden', 'Olga Lind']) expect(html, path).not.toContain(name);
  }
  await lena.getByRole('button', { name: 'Sign out' }).click();
  await lena.goto(`${home}/agency`);
  await expect(lena).toHaveURL(/\/sign-in/);
}
