import { ask, cookiesOf } from '../installation/ask.ts';
import { expect, test } from '../installation/test.ts';
import { origin, person } from '../installation/installation.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

test('an answer streams and ends with a receipt', async ({ chatAs }) => {
  const chat = await chatAs('nordwind', 'anna');
  await chat.ask(`Show me what this workspace can do ${tag()}`);
  const lengths = new Set<number>();
  while ((await chat.answer.getAttribute('aria-busy')) !== 'false') {
    lengths.add((await chat.answerText()).length);
    await chat.page.waitForTimeout(60);
  }
  expect(lengths.size, 'the text grew in many steps').toBeGreaterThanOrEqual(3);
  await chat.finished();
  await expect(chat.answer.getByText('Demo answer, no key used')).toBeVisible();
  await expect(chat.answer.getByText(/demo answer/i).first()).toBeVisible();
  await expect(chat.page).toHaveURL(/\/c\/[0-9a-f-]{32,36}$/);
  const streamed = await chat.answerText();
  await chat.page.reload();
  await chat.alive();
  expect(await chat.answerText(), 'what is stored is what streamed').toBe(streamed);
});

for (const way of ['button', 'Esc'] as const) {
  test(`stopping by ${way} keeps what arrived`, async ({ chatAs }) => {
    const chat = await chatAs('nordwind', 'anna');
    await chat.ask(`Explain the limitation rules in plain words ${tag()}`);
    const before = await chat.someText();
    if (way === 'button') await chat.stop.click();
    else await chat.page.keyboard.press('Escape');
    await chat.finished();
    await expect(chat.answer.getByText('Stopped. What arrived is kept.')).toBeVisible();
    expect(await chat.answerText()).toContain(before.slice(0, 30));
    await chat.page.reload();
    await chat.alive();
    await expect(chat.answer.getByText('Stopped. What arrived is kept.')).toBeVisible();
    expect(await chat.answerText()).toContain(before.slice(0, 30));
  });
}

test('answering again and editing make branches to switch between', async ({ chatAs }) => {
  const chat = await chatAs('nordwind', 'mia');
  const [first, second] = [`First wording ${tag()}`, `Second wording ${tag()}`];
  await chat.ask(first);
  await chat.someText();
  await chat.stop.click();
  await chat.finished();
  await chat.answer.hover();
  await chat.answer.getByRole('button', { name: 'Answer again' }).click();
  await chat.finished();
  const versions = chat.answer.getByRole('group', { name: 'Versions' });
  await expect(versions).toContainText('2/2');
  await chat.answer.getByRole('button', { name: 'Previous version' }).click();
  await expect(chat.answer.getByRole('group', { name: 'Versions' })).toContainText('1/2');
  await expect(chat.answer.getByText('Stopped. What arrived is kept.')).toBeVisible();

  await chat.questions.last().hover();
  await chat.questions.last().getByRole('button', { name: 'Edit question' }).click();
  await chat.page.getByRole('textbox', { name: 'Edited question' }).fill(second);
  await chat.page.getByRole('button', { name: 'Ask again' }).click();
  await expect(chat.questions.last()).toContainText(second);
  await chat.finished();
  await expect(chat.questions.last().getByRole('group', { name: 'Versions' })).toContainText('2/2');
  await chat.questions.last().getByRole('button', { name: 'Previous version' }).click();
  await expect(chat.questions.last()).toContainText(first);
  await chat.page.reload();
  await chat.alive();
  await expect(chat.questions.last(), 'the chosen branch is kept').toContainText(first);
});

test('answers and code are copied as they are', async ({ chatAs, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const chat = await chatAs('brightfold', 'sam');
  await chat.ask(`Write SQL for monthly project hours ${tag()}`);
  await chat.finished();
  const clipboard = () => chat.page.evaluate(() => navigator.clipboard.readText());
  await chat.answer.hover();
  await chat.answer.getByRole('button', { name: 'Copy answer' }).click();
  await expect.poll(clipboard).toContain('```');
  const figure = chat.answer.locator('figure.code').first();
  await figure.hover();
  await figure.getByRole('button', { name: 'Copy code' }).click();
  const code = (await figure.locator('code').textContent()) ?? '';
  expect(code.trim().length).toBeGreaterThan(10);
  await expect.poll(clipboard).toBe(code);
});

test('a conversation is renamed, pinned, deleted and brought back', async ({ chatAs }) => {
  const chat = await chatAs('nordwind', 'jonas');
  const name = `Lease review ${tag()}`;
  await chat.ask(`Compare the notice periods in a table ${tag()}`);
  await chat.someText();
  await chat.stop.click();
  await chat.finished();
  await chat.fromMenu('Rename');
  const dialog = chat.page.getByRole('dialog', { name: 'Rename conversation' });
  await dialog.getByLabel('Title').fill(name);
  await dialog.getByRole('button', { name: 'Rename', exact: true }).click();
  await expect(chat.page.getByRole('heading', { level: 1 })).toHaveText(name);
  await expect(chat.listed(name)).toBeVisible();
  await expect(chat.page).toHaveTitle(new RegExp(name));

  await chat.fromMenu('Pin');
  const pinned = chat.conversations.getByRole('list', { name: 'Pinned' });
  await expect(pinned.getByRole('link', { name })).toBeVisible();

  await chat.fromMenu('Delete');
  await expect(chat.listed(name)).toHaveCount(0);
  await chat.page.getByRole('button', { name: 'Undo' }).click();
  await expect(chat.listed(name)).toBeVisible();
  await chat.page.reload();
  await chat.alive();
  await expect(pinned.getByRole('link', { name }), 'all of it was stored').toBeVisible();
});

test('the palette finds words inside conversations', async ({ chatAs }) => {
  const chat = await chatAs('nordwind', 'jonas');
  const word = tag();
  await chat.ask(`A question that only this search can find: ${word}`);
  await chat.someText();
  await chat.stop.click();
  await chat.finished();
  const address = chat.page.url();
  await chat.page.keyboard.press('Control+j');
  await expect(chat.page).toHaveURL(chat.origin + '/');
  await chat.page.keyboard.press('Control+k');
  await chat.palette.getByRole('combobox').fill(word);
  await expect(chat.palette.getByRole('option').filter({ hasText: /only this search/ })).toBeVisible();
  await chat.page.keyboard.press('Enter');
  await expect(chat.page).toHaveURL(address);
  await expect(chat.questions.last()).toContainText(word);
  await chat.page.keyboard.press('Control+k');
  await chat.page.keyboard.press('Escape');
  await expect(chat.palette).toBeHidden();
});

test('the chosen alias answers', async ({ chatAs }) => {
  const chat = await chatAs('halden', 'tim');
  await chat.model.selectOption('careful');
  await chat.ask(`Write a handover note ${tag()}`);
  await expect(chat.answer.getByRole('heading', { name: 'Answer from Careful' })).toBeAttached();
  await chat.stop.click();
  await chat.finished();
});

test('a draft survives a reload and goes when it is sent', async ({ chatAs }) => {
  const chat = await chatAs('halden', 'tim');
  const text = `A long thought, not sent yet ${tag()}`;
  await chat.message.pressSequentially(text);
  await chat.page.reload();
  await expect(chat.message).toHaveValue(text);
  await chat.alive();
  await chat.send.click();
  await chat.someText();
  await expect(chat.message).toHaveValue('');
  await chat.stop.click();
  await chat.finished();
  await chat.newChat.click();
  await expect(chat.page).toHaveURL(chat.origin + '/');
  await expect(chat.message).toHaveValue('');
});

test('the theme is in the first bytes of the next page', async ({ chatAs, context }) => {
  const chat = await chatAs('lumen', 'edda');
  const background = () =>
    chat.page.evaluate(() => [document.documentElement, document.body].map((it) => getComputedStyle(it).backgroundColor).join());
  const light = await background();
  await chat.page.getByRole('button', { name: /Account and settings/ }).click();
  await chat.page.getByRole('radio', { name: 'Dark' }).check();
  await expect.poll(background).not.toBe(light);
  const answer = await ask(chat.origin + '/', await cookiesOf(context, chat.origin));
  const first = answer.body.toString();
  expect(first.slice(0, 200)).toContain('data-theme="dark"');
  await chat.page.reload();
  await expect(chat.page.locator('html')).toHaveAttribute('data-theme', 'dark');
});

test('keys do what the help sheet says', async ({ chatAs }) => {
  const chat = await chatAs('lumen', 'paul');
  await chat.page.getByRole('heading', { level: 1 }).click();
  await chat.page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await chat.page.keyboard.press('?');
  const sheet = chat.page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await expect(sheet).toBeVisible();
  await chat.page.keyboard.press('Escape');
  await expect(sheet).toBeHidden();
  await chat.page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await chat.page.keyboard.press('/');
  await expect(chat.message).toBeFocused();
  await chat.message.fill('first line');
  await chat.page.keyboard.press('Shift+Enter');
  await chat.page.keyboard.type('second line');
  await expect(chat.message).toHaveValue('first line\nsecond line');
  await chat.page.keyboard.press('Enter');
  await expect(chat.questions.last()).toContainText('second line');
  await chat.someText();
  await chat.page.keyboard.press('Escape');
  await chat.finished();
});

test('an auditor reads and is told why not more', async ({ chatAs }) => {
  const chat = await chatAs('halden', 'noor');
  await expect(chat.page.getByText('Your role, auditor, reads')).toBeVisible();
  await chat.page.keyboard.type('a question');
  await expect(chat.message).toHaveValue('');
});

test('a screen reader hears a status and whole messages, never single words', async ({ chatAs }) => {
  const chat = await chatAs('halden', 'ruth');
  await chat.page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    for (const region of document.querySelectorAll('[role=status],[role=log]')) {
      new MutationObserver(() => heard.push(region.getAttribute('role') + ':' + (region.textContent ?? ''))).observe(region, {
        childList: true,
        characterData: true,
        subtree: true,
      });
    }
  });
  await chat.ask(`Explain the frequency rules with a formula ${tag()}`);
  await chat.finished();
  const heard = () => chat.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
  await expect.poll(async () => (await heard()).filter((it) => it.startsWith('log:')).length).toBe(1);
  const all = await heard();
  expect(all).toContain('status:Answering…');
  expect(all).toContain('status:Answer complete');
  expect(all.length, 'a handful of announcements, not one a word').toBeLessThan(12);
  await expect(chat.message, 'the focus never left').toBeFocused();
  const live = chat.answer.locator('xpath=ancestor-or-self::*[@aria-live and @aria-live!="off"]');
  await expect(live).toHaveCount(0);
});

test.describe('on a phone', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });

  test('the list is a drawer and nothing overflows', async ({ page, reach }) => {
    const here = origin(reach, 'nordwind');
    await new SignIn(page, here).as(person(reach, 'nordwind', 'anna'));
    const chat = new Chat(page, here);
    const overflow = () => page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    await expect(chat.newChat).not.toBeInViewport();
    // Pressed again until the page is alive: on a touch screen nothing takes the focus by itself.
    await expect(async () => {
      await page.getByRole('button', { name: 'Open the conversation list' }).tap();
      await expect(chat.newChat).toBeInViewport({ timeout: 1_000 });
    }).toPass();
    await page.waitForTimeout(400);
    await chat.listed(/Which notice periods/).tap();
    await expect(chat.newChat).not.toBeInViewport();
    await expect(chat.answers.last()).toContainText('Storage, basement');
    expect(await overflow()).toBeLessThanOrEqual(0);
    await chat.ask(`Compare the notice periods in a table ${tag()}`);
    await chat.finished();
    expect(await overflow()).toBeLessThanOrEqual(0);
  });
});
