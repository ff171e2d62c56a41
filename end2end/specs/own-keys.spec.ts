// A member brings a provider key of their own, where the workspace allows it, and it pays for that
// member's answers; a team is made and a key is offered to it.
import { join } from 'node:path';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { KeyDesk } from '../installation/key-desk.ts';
import { expect, test } from '../installation/test.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const PASSWORD = 'nordwind-demo-only';
const picture = (name: string) => join(OUTPUT, 'pictures', `own-keys-${name}.png`);

test('a key of one’s own, and a team', async ({ page, watch }) => {
  test.setTimeout(120_000);
  watch.allow(/status of 4\d\d/);
  const desk = new KeyDesk();
  const address = await desk.listen();
  const own = await Installation.create('own-keys');
  try {
    own.seed();
    own.cli(
      ['key', 'add', '--workspace', 'nordwind', '--name', 'firm', '--provider', 'openai-compatible', '--base-url', address],
      'sk-good-firm-0123456789abFIRM',
    );
    own.cli(['route', 'set', '--workspace', 'nordwind', '--alias', 'firm', '--target', 'firm:rehearsal-mini', '--price', '1/2']);
    await own.start();
    const here = origin(own.reach(), 'nordwind');

    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'mia'));
    await page.goto(here + '/admin/keys');
    await page.getByRole('button', { name: 'Accept and go on' }).click();
    await page.getByRole('button', { name: 'Allow members’ own keys' }).click();
    await expect(page.getByRole('button', { name: 'Stop allowing it' })).toBeVisible();

    await page.goto(here + '/admin/members');
    await page.getByLabel('Name').fill('Research');
    await page.getByRole('button', { name: 'Make the team' }).click();
    await page.getByText('Research').first().click();
    await page.getByLabel('Add to Research').selectOption({ label: 'Anna Lorenz, anna@nordwind.example' });
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('Research').first().click();
    await expect(page.getByRole('button', { name: 'Take Anna Lorenz out of Research' })).toBeVisible();
    await page.screenshot({ path: picture('members'), fullPage: true });
    await page.goto(here + '/admin/keys');
    await expect(page.getByLabel('Who may use it').getByRole('option')).toHaveText(['Everyone in Nordwind Legal', 'Team Research']);
    await page.screenshot({ path: picture('workspace'), fullPage: true });

    await page.context().clearCookies();
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'anna'));
    await page.goto(here + '/account');
    await page.getByRole('link', { name: 'Personal keys' }).click();
    await expect(page.getByText('You have no personal key.')).toBeVisible();
    await expect(page.getByRole('link', { name: 'Provider keys' })).toHaveCount(0);
    await page.screenshot({ path: picture('empty'), fullPage: true });
    await page.getByLabel('Key', { exact: true }).fill('sk-good-anna-0123456789abANNA');
    await page.getByLabel('Provider', { exact: true }).selectOption('openai-compatible');
    await page.getByLabel('Address').fill(address);
    await page.getByLabel('Name').fill('Mine');
    await page.getByRole('button', { name: 'Check this key' }).click();
    await expect(page.getByRole('status').getByText('Healthy')).toBeVisible();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Seal this key' }).click();
    await expect(page.getByRole('row', { name: /Mine/ })).toContainText('ANNA');
    await page.screenshot({ path: picture('sealed'), fullPage: true });
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.setViewportSize({ width: 390, height: 844 });
    await page.screenshot({ path: picture('sealed-phone-dark'), fullPage: true });
    await page.setViewportSize({ width: 1280, height: 800 });
    await page.emulateMedia({ colorScheme: 'light' });

    const chat = new Chat(page, here);
    await chat.open('/');
    await chat.model.selectOption('firm');
    await chat.ask(`Who pays? ${tag()}`);
    await chat.finished();
    await expect(page.getByText('Answered on your own key')).toBeVisible();

    // Refused from now on: its member is told, and led to it.
    desk.revoked.add('sk-good-anna-0123456789abANNA');
    await chat.ask(`And now? ${tag()}`);
    await expect(page.getByText(/Your own key did not open this model/).first()).toBeVisible();
    await expect
      .poll(async () => {
        await chat.open('/');
        return page.getByRole('link', { name: 'Your personal key needs attention.' }).count();
      })
      .toBe(1);
    await page.getByRole('link', { name: 'Your personal key needs attention.' }).click();
    await expect(page.getByRole('heading', { name: 'Personal keys' })).toBeVisible();
    await expect(page.getByRole('row', { name: /Mine/ })).toContainText('Refused');
  } finally {
    await page.goto('about:blank');
    await own.stop();
    own.remove();
    desk.close();
  }
});
