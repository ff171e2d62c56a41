// An administrator brings a provider key: every outcome of its check, sealing, chatting on it,
// rotation, and deletion, against a server that treats keys as providers do.
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { KeyDesk } from '../installation/key-desk.ts';
import { expect, test } from '../installation/test.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const PASSWORD = 'nordwind-demo-only';
const key = (kind: string) => `sk-${kind}-0123456789abcdef9tQ2`;

/** Fills the form and presses the button; the next page is the check. */
async function check(page: Page, here: string, secret: string, name: string, address: string): Promise<void> {
  await page.goto(here + '/admin/keys');
  await page.getByLabel('Key', { exact: true }).fill(secret);
  await page.getByLabel('Provider', { exact: true }).selectOption('openai-compatible');
  await page.getByLabel('Address').fill(address);
  await page.getByLabel('Name').fill(name);
  await page.getByRole('button', { name: 'Check this key' }).click();
}

test('a provider key, from the form to its end', async ({ page, watch }) => {
  test.setTimeout(120_000);
  watch.allow(/status of 4\d\d/);
  const desk = new KeyDesk();
  const address = await desk.listen();
  const own = await Installation.create('keys');
  try {
    own.seed();
    await own.start();
    const here = origin(own.reach(), 'nordwind');
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'mia'));

    await page.goto(here + '/admin/keys');
    await expect(page.getByText('No key is sealed yet.')).toBeVisible();
    await page.getByRole('button', { name: 'Accept and go on' }).click();
    await expect(page.getByText(/Terms accepted by/)).toBeVisible();
    await expect(page.getByLabel('Address'), 'only where the provider needs it').toBeHidden();

    for (const [kind, word, reason] of [
      ['bad', 'Refused', /expects another one/],
      ['empty', 'No credit', /no credit or quota/],
      ['restricted', 'Restricted', /may not do this/],
      ['busy', 'Not known', /says nothing about the key/],
    ] as const) {
      await check(page, here, key(kind), `A ${kind} key`, address);
      await expect(page.getByRole('status').getByText(word, { exact: true })).toBeVisible();
      await expect(page.getByRole('status').getByText(reason)).toBeVisible();
      const anyway = page.getByRole('button', { name: 'Seal it anyway' });
      await expect(anyway).toHaveCount(kind === 'bad' ? 0 : 1);
      await expect(page.getByRole('button', { name: 'Seal this key' })).toHaveCount(0);
      expect(await page.content()).not.toContain(key(kind));
      await page.getByRole('button', { name: 'Discard and try another key' }).click();
      await expect(page.getByRole('heading', { name: 'Provider keys' })).toBeVisible();
    }
    await check(page, here, key('good'), 'Nowhere', 'http://127.0.0.1:9/v1');
    await expect(page.getByRole('status').getByText('Not reached')).toBeVisible();
    await page.getByRole('button', { name: 'Discard and try another key' }).click();

    // What was typed stays, but for the key.
    await check(page, here, 'sk-with space', 'Kept name', address);
    await expect(page.getByRole('alert')).toContainText('space');
    await expect(page.getByLabel('Name')).toHaveValue('Kept name');
    await expect(page.getByLabel('Address')).toHaveValue(address);
    await expect(page.getByLabel('Key', { exact: true })).toHaveValue('');

    await check(page, here, key('good'), 'Firm account', address);
    await expect(page.getByText('2 models')).toBeVisible();
    await expect(page.getByRole('status').getByText('Healthy')).toBeVisible();
    await page.reload();
    await expect(page.getByRole('status').getByText('Healthy'), 'the same after a reload').toBeVisible();
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Seal this key' }).click();
    await expect(page.getByRole('alert')).toContainText('not right');
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Seal this key' }).click();
    const row = page.getByRole('row', { name: /Firm account/ });
    await expect(row).toContainText('9tQ2');
    await expect(row).toContainText('Healthy');
    await expect(row).toContainText('Production');

    own.cli(['route', 'set', '--workspace', 'nordwind', '--alias', 'firm', '--target', 'Firm account:rehearsal-mini', '--price', '1/2']);
    const chat = new Chat(page, here);
    await chat.open('/');
    await chat.model.selectOption('firm');
    await chat.ask(`Who pays? ${tag()}`);
    await chat.finished();
    expect(await chat.answerText()).toContain('Answered with the sealed key.');

    // A use is settled shortly after its answer has ended, and the page shows what was settled.
    await expect
      .poll(async () => {
        await page.goto(here + '/admin/keys');
        return page.getByRole('row', { name: /Firm account/ }).innerText();
      })
      .toContain('just now');
    await page.getByRole('link', { name: 'Firm account' }).click();
    await expect(page.getByText('Firm', { exact: true })).toBeVisible();

    // Revoked at the provider: the next answer fails, and the key is looked at without being asked.
    desk.revoked.add(key('good'));
    await chat.open('/');
    await chat.model.selectOption('firm');
    await chat.ask(`And now? ${tag()}`);
    await expect(page.getByText(/administrator/i).first()).toBeVisible();
    await expect
      .poll(async () => {
        await page.goto(here + '/admin/keys');
        return page.getByRole('row', { name: /Firm account/ }).innerText();
      })
      .toContain('Refused');
    // Whoever looks after keys is told where they work, and led there.
    await chat.open('/');
    await chat.page.screenshot({ path: join(OUTPUT, 'pictures', 'keys-attention.png') });
    await page.getByRole('link', { name: 'A provider key needs attention.' }).click();
    await expect(page.getByRole('heading', { name: 'Provider keys' })).toBeVisible();

    await page.getByRole('link', { name: 'Firm account' }).click();
    await page.getByText('Rotate', { exact: true }).click();
    await page.getByLabel('Key', { exact: true }).fill('sk-good-second-0123456789abNEW7');
    await page.getByRole('button', { name: 'Check the new secret' }).click();
    await expect(page.getByRole('status').getByText('Healthy')).toBeVisible();
    await page.getByLabel('Password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Seal this key' }).click();
    await expect(page.getByRole('row', { name: /Firm account/ })).toContainText('NEW7');
    await chat.open('/');
    await expect(page.getByRole('link', { name: 'A provider key needs attention.' })).toHaveCount(0);
    await chat.model.selectOption('firm');
    await chat.ask(`Again? ${tag()}`);
    await chat.finished();
    expect(await chat.answerText()).toContain('Answered with the sealed key.');

    await page.goto(here + '/admin/keys');
    await page.getByRole('link', { name: 'Firm account' }).click();
    await page.getByRole('button', { name: 'Disable' }).click();
    await expect(page.getByRole('button', { name: 'Enable' })).toBeVisible();
    await page.getByText('Delete', { exact: true }).click();
    await expect(page.getByText(/stop where it is the only one: Firm/)).toBeVisible();
    await page.locator('#delete-password').fill(PASSWORD);
    await page.getByRole('button', { name: 'Delete the key' }).click();
    await expect(page.getByText('No key is sealed yet.')).toBeVisible();
    expect(desk.signed.every((request) => !request.includes('sk-')), 'a key is never part of an address').toBe(true);
  } finally {
    await page.goto('about:blank');
    await own.stop();
    own.remove();
    desk.close();
  }
});

test('the keys of a workspace are not for its members', async ({ page, reach, watch }) => {
  watch.allow(/status of 40\d/);
  const here = origin(reach, 'nordwind');
  await new SignIn(page, here).as(person(reach, 'nordwind', 'anna'));
  await page.goto(here + '/admin/keys');
  await expect(page.getByRole('heading', { name: 'Not part of your role' })).toBeVisible();
});

test('an auditor sees keys and changes nothing', async ({ page, reach }) => {
  const here = origin(reach, 'nordwind');
  await new SignIn(page, here).as(person(reach, 'nordwind', 'ida'));
  await page.goto(here + '/admin/keys');
  await expect(page.getByRole('heading', { name: 'Provider keys' })).toBeVisible();
  await expect(page.locator('form')).toHaveCount(0);
});
