import { join } from 'node:path';
import { Installation, OUTPUT, origin, person } from '../installation/installation.ts';
import { KeyDesk } from '../installation/key-desk.ts';
import { ProviderProcess } from '../installation/provider-process.ts';
import { expect, test } from '../installation/test.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

test('a reload in the middle of an answer continues it', async ({ chatAs }) => {
  const chat = await chatAs('nordwind', 'anna');
  await chat.ask(`Show me what this workspace can do ${tag()}`);
  const before = await chat.someText();
  await chat.page.reload();
  await chat.alive();
  const after = await chat.answerText();
  expect(after.startsWith(before.slice(0, 40)), 'nothing is lost').toBe(true);
  await expect(chat.answer).toHaveAttribute('aria-busy', 'true');
  await expect.poll(async () => (await chat.answerText()).length).toBeGreaterThan(after.length);
  await chat.finished();
  const streamed = await chat.answerText();
  await chat.page.reload();
  await chat.alive();
  expect(await chat.answerText()).toBe(streamed);
});

test('a second tab follows the same answer', async ({ chatAs, context }) => {
  const chat = await chatAs('nordwind', 'anna');
  await chat.ask(`Show me what this workspace can do ${tag()}`);
  await chat.someText();
  await expect(chat.page).toHaveURL(/\/c\//);
  const second = new Chat(await context.newPage(), chat.origin);
  await second.page.goto(chat.page.url());
  await expect(second.answer).toHaveAttribute('aria-busy', 'true');
  const early = (await second.answerText()).length;
  await expect.poll(async () => (await second.answerText()).length).toBeGreaterThan(early);
  await Promise.all([chat.finished(), second.finished()]);
  expect(await second.answerText()).toBe(await chat.answerText());
});

test('a lost network comes back and the answer is complete', async ({ chatAs, context, watch }) => {
  watch.allow(/ERR_INTERNET_DISCONNECTED/, /ERR_NETWORK/);
  const chat = await chatAs('nordwind', 'mia');
  await chat.ask(`Show me what this workspace can do ${tag()}`);
  await chat.someText();
  await context.setOffline(true);
  await chat.page.waitForTimeout(2_500);
  await context.setOffline(false);
  await chat.finished();
  const shown = await chat.answerText();
  await expect(chat.answer.getByText('Demo answer, no key used')).toBeVisible();
  await chat.page.reload();
  await chat.alive();
  expect(await chat.answerText()).toBe(shown);
});

test('a killed server says so truthfully, keeps what arrived and answers again', async ({ page, watch }) => {
  test.setTimeout(180_000);
  watch.allow(/ERR_CONNECTION_REFUSED/, /ERR_INCOMPLETE_CHUNKED_ENCODING/, /ERR_CONNECTION_RESET/, /ERR_EMPTY_RESPONSE/);
  const own = await Installation.create('killed');
  try {
    own.seed();
    await own.start();
    const here = origin(own.reach(), 'nordwind');
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'anna'));
    const chat = new Chat(page, here);
    await chat.alive();
    await chat.ask(`Show me what this workspace can do ${tag()}`);
    const before = await chat.someText(40);
    await own.kill();
    await expect(chat.answer.getByText('Reconnecting…', { exact: false })).toBeVisible();
    await own.start();
    const words = 'The answer was interrupted. What arrived is kept.';
    await expect(chat.answer.getByText(words)).toBeVisible({ timeout: 60_000 });
    const kept = await chat.answerText();
    expect(kept.slice(0, 60), 'what arrived is on screen').toBe(before.slice(0, 60));
    await page.reload();
    await chat.alive();
    await expect(chat.answer.getByText(words)).toBeVisible();
    expect((await chat.answerText()).slice(0, 60), 'and stored').toBe(before.slice(0, 60));
    await chat.answer.locator('.ending').getByRole('button', { name: 'Answer again' }).click();
    await chat.someText();
    await chat.finished();
    await expect(chat.answer.getByText('Demo answer, no key used')).toBeVisible();
    await page.goto('about:blank');
    expect(await own.stop(), 'SIGTERM ends the server with 0').toBe(0);
  } finally {
    // The page leaves first: asking a server that is gone would be its complaint, not a finding.
    await page.goto('about:blank');
    await own.stop();
    own.remove();
  }
});

test('a provider killed in the middle of an answer is replaced without a word from the person', async ({ page }) => {
  test.setTimeout(120_000);
  const dying = await ProviderProcess.start();
  const other = new KeyDesk();
  const addresses = [dying.address, await other.listen()];
  const own = await Installation.create('provider-killed');
  try {
    own.seed();
    const add = (name: string, address: string, secret: string) =>
      own.cli(['key', 'add', '--workspace', 'nordwind', '--name', name, '--provider', 'openai-compatible', '--base-url', address], secret);
    add('first', addresses[0], 'sk-halting-0123456789abcdef');
    add('second', addresses[1], 'sk-good-0123456789abcdef');
    own.cli(['route', 'set', '--workspace', 'nordwind', '--alias', 'firm', '--target', 'first:a', '--target', 'second:b', '--price', '1/2']);
    await own.start();
    const here = origin(own.reach(), 'nordwind');
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'anna'));
    const chat = new Chat(page, here);
    await chat.open('/');
    await chat.model.selectOption('firm');
    await chat.ask(`Who is there? ${tag()}`);
    await expect(chat.answer).toContainText('Half an answer, and then');
    await expect(chat.answer).toHaveAttribute('aria-busy', 'true');
    await dying.kill();
    expect(dying.signal, 'the process is really gone').toBe('SIGKILL');
    await chat.finished();
    await expect(chat.answer).toContainText('Answered with the sealed key.');
    await expect(chat.answer).not.toContainText('Half an answer');
    await expect(chat.answer.getByText('This is a fresh one.')).toBeVisible();
    await page.screenshot({ path: join(OUTPUT, 'pictures', 'restarted.png') });
    const shown = await chat.answerText();
    await page.reload();
    await chat.alive();
    expect(await chat.answerText()).toContain('Answered with the sealed key.');
    expect(shown).toContain('Answered with the sealed key.');
    // Both attempts are in the books, and only one of them is an answer.
    const books = JSON.parse(own.cli(['ledger', 'export', '--workspace', 'nordwind', '--json'])) as { rows: { state: string; key_name: string }[] };
    const rows = books.rows.filter((row) => ['first', 'second'].includes(row.key_name));
    expect(rows.map((row) => [row.key_name, row.state])).toEqual([
      ['first', 'interrupted'],
      ['second', 'settled'],
    ]);
    // The next question is answered by the one that lives; the dead one is asked in vain, or left alone.
    await chat.ask(`And now? ${tag()}`);
    await chat.finished();
    await expect(chat.answer).toContainText('Answered with the sealed key.');
  } finally {
    await page.goto('about:blank');
    await own.stop();
    own.remove();
    await dying.kill();
    other.close();
  }
});
