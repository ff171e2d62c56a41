// The same chat against a server nobody here wrote: real HTTP, real streaming, garbage words.
import { SignIn, expect, test } from '../pages.js';

test('answers on the client’s own key', async ({ page }) => {
  const chat = await new SignIn(page, 'halden').as('member');
  await page.getByRole('combobox', { name: 'Model' }).selectOption({ label: 'Local' });
  await chat.ask('Say anything');
  await expect.poll(async () => (await chat.lastAnswer().innerText()).length, { timeout: 40_000 }).toBeGreaterThan(20);
  if (await chat.stop.isVisible()) await chat.stop.click();
  await chat.answered();
  await expect(chat.lastAnswer()).toContainText('Answered on Halden’s own key');
});
