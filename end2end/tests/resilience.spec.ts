import { Chat, SignIn, expect, test } from '../pages.js';

test('goes on where it was after a reload', async ({ page }) => {
  const chat = await new SignIn(page, 'nordwind').as('member');
  await chat.ask('Please show the whole tour');
  await page.waitForTimeout(2_000);
  await page.reload();
  await expect(chat.stop).toBeVisible();
  const early = (await chat.lastAnswer().innerText()).length;
  expect(early).toBeGreaterThan(50);
  await chat.answered();
  expect((await chat.lastAnswer().innerText()).length).toBeGreaterThan(early);
  await expect(chat.lastAnswer()).toContainText('no key used');
});

test('is followed by a second tab', async ({ page, context }) => {
  const chat = await new SignIn(page, 'nordwind').as('member');
  await chat.ask('Two tabs, one answer');
  await page.waitForURL(/\/c\//);
  const second = await context.newPage();
  await second.goto(page.url());
  const twin = new Chat(second);
  await expect(twin.stop).toBeVisible();
  await chat.answered();
  await twin.answered();
  expect(await twin.lastAnswer().locator('p').first().innerText()).toBe(await chat.lastAnswer().locator('p').first().innerText());
  expect(await twin.lastAnswer().locator('li').count()).toBe(await chat.lastAnswer().locator('li').count());
});

test.describe('without network', () => {
  test.use({ allowErrors: [/Failed to load resource|net::ERR/] });
  test('says so, and completes when it is back', async ({ page, context }) => {
    const chat = await new SignIn(page, 'nordwind').as('member');
    await chat.ask('Lose the network in the middle');
    await page.waitForTimeout(1_500);
    await context.setOffline(true);
    await page.waitForTimeout(1_500);
    await context.setOffline(false);
    await expect(chat.lastAnswer()).toContainText('no key used', { timeout: 50_000 });
  });
});
