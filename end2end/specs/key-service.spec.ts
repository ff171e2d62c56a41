// A client brings a key of their own: attached in the browser, switched off at the service, on again.
import { join } from 'node:path';
import { AwsOwner } from '../installation/aws-owner.ts';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const PASSWORD = 'lumen-demo-only';
const ACCESS = 'a-secret-access-key-0123456789';

test('a key of the client’s own, from attaching to its switch', async ({ page, browser, watch }) => {
  test.setTimeout(180_000);
  watch.allow(/status of (4\d\d|503)/);
  const owner = new AwsOwner();
  const key = await owner.newKey();
  const own = await Installation.create('key-service', { LIVERY_VAULT__KEY_SECONDS: '2' });
  const take = (name: string) => page.screenshot({ path: join(OUTPUT, 'pictures', `key-service-${name}.png`), fullPage: true });
  try {
    own.seed();
    await own.start();
    const here = origin(own.reach(), 'lumen');
    await new SignIn(page, here).as(person(own.reach(), 'lumen', 'edda'));
    // The member works in a browser of his own.
    const paul = new Chat(await browser.newPage(), here);
    await new SignIn(paul.page, here).as(person(own.reach(), 'lumen', 'paul'));
    await paul.open();
    const question = `Where is the key ${tag()}`;
    await paul.ask(question);
    await paul.finished();
    const conversation = new URL(paul.page.url()).pathname;

    await page.goto(here + '/admin/keys/service');
    await expect(page.getByText(/derived from the installation’s keyring/)).toBeVisible();
    await expect(page.getByLabel('Directory id'), 'only where the service needs it').toBeHidden();
    const fill = async (arn: string, password: string) => {
      await page.getByLabel('Key service').selectOption('aws');
      await page.getByLabel('Key', { exact: true }).fill(arn);
      await page.getByLabel('Address').fill(owner.address);
      await page.getByLabel('Access key or client id').fill('client');
      await page.getByLabel('Access', { exact: true }).fill(ACCESS);
      await page.getByLabel('Password').fill(password);
      await page.getByRole('button', { name: 'Check and attach' }).click();
    };
    await fill(key, 'not the password');
    await expect(page.getByRole('alert')).toContainText('password');
    await fill(key.replace(/key\/.*/, 'key/11111111-2222-3333-4444-555555555555'), PASSWORD);
    await expect(page.getByRole('alert')).toContainText('no such key');
    await expect(page.getByRole('alert')).toContainText('Nothing was changed');
    // What was typed stays, but for the secrets.
    await expect(page.getByLabel('Access key or client id')).toHaveValue('client');
    await expect(page.getByLabel('Access', { exact: true })).toHaveValue('');
    expect(await page.content()).not.toContain(ACCESS);
    await take('refused');

    await fill(key, PASSWORD);
    await expect(page.getByText('On its way', { exact: true })).toBeVisible();
    await take('moving');
    await paul.open(conversation);
    await paul.ask(`While it moves ${tag()}`);
    await paul.finished();
    await expect(async () => {
      await page.reload();
      await expect(page.getByText('In order', { exact: true })).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 60_000 });
    await expect(page.getByText(/which only the AWS key .* can open/)).toBeVisible();
    await take('in-order');

    await owner.disable(key);
    await expect(async () => {
      await paul.page.goto(here + conversation);
      await expect(paul.page.getByText(/sealed/).first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 15_000 });
    await expect(paul.page.getByRole('heading', { name: 'This workspace is sealed' })).toBeVisible();
    await expect(paul.page.getByText('Paul Nilsen')).toBeVisible();
    expect(await paul.page.content()).not.toContain(question);
    expect(await paul.page.content(), 'a member hears nothing of the service').not.toContain('AWS');
    await paul.page.screenshot({ path: join(OUTPUT, 'pictures', 'key-service-member.png') });
    await page.goto(here + '/admin/keys');
    await expect(page.getByRole('alert')).toContainText('disabled at your key service');
    await take('sealed-keys');
    await page.goto(here + '/admin/keys/service');
    await expect(page.getByText('Sealed', { exact: true })).toBeVisible();
    await take('sealed');
    // The neighbours notice nothing.
    const anna = new Chat(await browser.newPage(), origin(own.reach(), 'nordwind'));
    await new SignIn(anna.page, anna.origin).as(person(own.reach(), 'nordwind', 'anna'));
    await anna.open();
    await anna.ask(`Is anybody there ${tag()}`);
    await anna.finished();

    await owner.enable(key);
    await expect(async () => {
      await paul.page.goto(here + conversation);
      await expect(paul.questions.first()).toContainText(question, { timeout: 500 });
    }).toPass({ timeout: 15_000 });
    await paul.alive();
    await paul.ask(`And now ${tag()}`);
    await paul.finished();

    await page.goto(here + '/admin/keys/service');
    await page.getByText('Detach', { exact: true }).click();
    await page.locator('#detach-password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Detach the key' }).click();
    await expect(page.getByText('On its way', { exact: true })).toBeVisible();
    await expect(async () => {
      await page.reload();
      await expect(page.getByText('In order', { exact: true })).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 60_000 });
    await owner.disable(key);
    await paul.open(conversation);
    await expect(paul.questions.first()).toContainText(question);
    await paul.page.close();
    await anna.page.close();
  } finally {
    await own.stop();
    own.remove();
  }
});
