// Pictures of every page in light and dark, on a desk and on a phone, into output/pictures. With
// UPDATE_PICTURES=1 the ones the documents show are written to docs/images as well.
import { mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { OUTPUT, origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { Chat } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

const DOCUMENTS = join(dirname(fileURLToPath(import.meta.url)), '..', '..', 'docs', 'images');
const SHOWN = new Set(['desk-light-nordwind-chat', 'desk-dark-halden-chat', 'phone-light-nordwind-chat', 'desk-light-nordwind-sign-in']);
const SIZES = { desk: { width: 1360, height: 900 }, phone: { width: 390, height: 844 } };

for (const [size, viewport] of Object.entries(SIZES)) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test.describe(`${size}, ${colorScheme}`, () => {
      test.use({ viewport, colorScheme, deviceScaleFactor: 2 });

      test('pictures', async ({ page, reach, watch }) => {
        watch.allow(/status of 404/);
        mkdirSync(DOCUMENTS, { recursive: true });
        const take = async (name: string): Promise<void> => {
          const full = `${size}-${colorScheme}-${name}`;
          await page.evaluate(() => document.fonts.ready);
          await page.evaluate(() => Promise.allSettled(document.getAnimations().map((it) => it.finished)));
          const picture = await page.screenshot({ path: join(OUTPUT, 'pictures', `${full}.png`) });
          expect(picture.length, 'the page is not blank').toBeGreaterThan(10_000);
          if (process.env['UPDATE_PICTURES'] && SHOWN.has(full)) await page.screenshot({ path: join(DOCUMENTS, `${full}.png`) });
        };
        for (const [slug, name, title] of [
          ['nordwind', 'anna', /Which notice periods/],
          ['halden', 'tim', /What is the load factor/],
        ] as const) {
          const here = origin(reach, slug);
          const signIn = new SignIn(page, here);
          await signIn.open();
          await take(`${slug}-sign-in`);
          await signIn.as(person(reach, slug, name));
          const chat = new Chat(page, here);
          await chat.alive();
          await take(`${slug}-empty`);
          // By its text: on a phone the list is a closed drawer, so it has no role to be found by.
          const link = await page.locator('.side-nav a').filter({ hasText: title }).first().getAttribute('href');
          await chat.open(link ?? '/');
          await take(`${slug}-chat`);
          await page.goto(here + '/account');
          await take(`${slug}-account`);
          await page.goto(here + '/no/such/page');
          await take(`${slug}-not-found`);
          await page.context().clearCookies();
        }
        await new SignIn(page, origin(reach, 'nordwind')).as(person(reach, 'nordwind', 'mia'));
        await page.goto(origin(reach, 'nordwind') + '/admin');
        await take('nordwind-overview');
        await page.goto(origin(reach, 'nordwind') + '/admin/prompt');
        await take('nordwind-instructions');
        await page.goto(origin(reach, 'nordwind') + '/admin/sessions');
        await take('nordwind-sessions');
        await page.goto(origin(reach, 'nordwind') + '/admin/members');
        await take('nordwind-members');
        await page.goto(origin(reach, 'nordwind') + '/admin/keys');
        await take('nordwind-keys');
        await page.goto(origin(reach, 'nordwind') + '/admin/virtual-keys');
        await take('nordwind-programs');
        await page.goto(origin(reach, 'nordwind') + '/account/tokens');
        await take('nordwind-own-token');
        await page.goto(origin(reach, 'nordwind') + '/admin/models');
        await take('nordwind-models');
        await page.goto(origin(reach, 'nordwind') + '/admin/models/production/demo');
        await page.locator('.line-more summary').first().click();
        await take('nordwind-route');
        await page.goto(origin(reach, 'nordwind') + '/admin/keys/sealing');
        await take('nordwind-sealing');
        await page.goto(origin(reach, 'nordwind') + '/admin/keys/service');
        await take('nordwind-service');
        await page.goto(origin(reach, 'nordwind') + '/admin/audit');
        await take('nordwind-audit');
        await page.goto(origin(reach, 'nordwind') + '/admin/savings');
        await take('nordwind-savings');
        await page.goto(`http://localhost:${reach.port}/`);
        await take('landing');
      });
    });
  }
}
