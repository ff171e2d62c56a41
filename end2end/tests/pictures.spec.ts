// Pictures of every page for people to look at, and the one the README shows.
import { SignIn, expect, platform, test, workspace } from '../pages.js';

test.use({ allowErrors: [/status of 404/] });

const sizes = { desktop: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } };

for (const scheme of ['light', 'dark'] as const) {
  for (const [size, viewport] of Object.entries(sizes)) {
    test(`${scheme} on ${size}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: 'reduce' });
      await page.setViewportSize(viewport);
      const shot = async (name: string) => {
        await page.evaluate(() => document.fonts.ready);
        await page.screenshot({ path: `output/pictures/${name}-${scheme}-${size}.png` });
      };
      await page.goto(platform);
      await shot('landing');
      for (const slug of ['nordwind', 'brightfold']) {
        const signIn = new SignIn(page, slug);
        await signIn.open();
        await shot(`sign-in-${slug}`);
        const chat = await signIn.as('owner');
        await shot(`empty-${slug}`);
        await page.context().clearCookies();
        await signIn.as('member');
        await chat.ask('Show me what this workspace can do');
        await expect(chat.lastAnswer().locator('table')).toBeVisible({ timeout: 30_000 });
        await page.waitForTimeout(400);
        await shot(`chat-${slug}`);
        await page.keyboard.press('Escape');
        await chat.answered();
        if (slug === 'nordwind' && scheme === 'light' && size === 'desktop') {
          await page.goto(workspace(slug).url);
          await chat.list.getByText('Which notice periods').click();
          await expect(chat.answers.first().locator('table')).toBeVisible();
          await page.mouse.move(700, 700);
          await page.waitForTimeout(500);
          await page.screenshot({ path: process.env.E2E_README_PICTURE ?? 'output/pictures/readme.png' });
        }
        for (const [name, path] of [['account', '/account'], ['not-found', '/nothing/here']]) {
          await page.goto(workspace(slug).url + path);
          await shot(`${name}-${slug}`);
        }
        await page.context().clearCookies();
      }
    });
  }
}
