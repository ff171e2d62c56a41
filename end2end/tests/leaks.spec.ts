// A client's member must never read our name, another client's, or a library's.
import { SignIn, expect, test, workspace, workspaces } from '../pages.js';

test.use({ allowErrors: [/status of 404/] });

const libraries = /\b(leptos|axum|tailwind|wasm-bindgen|postgres(?:ql)?|tokio|openai)\b/i;

test('names nobody but the client, anywhere', async ({ page, context }) => {
  const own = workspace('nordwind');
  const others = workspaces.filter((one) => one.slug !== 'nordwind');
  const foreign = new RegExp(['livery', ...others.flatMap((one) => [one.slug, one.name])].join('|'), 'i');
  await new SignIn(page, 'nordwind').as('owner');
  const paths = ['/', '/account', '/admin/members', '/manifest.webmanifest', '/favicon.svg', '/robots.txt', '/nothing/here', '/invite/nothing', '/api/nothing'];
  const assets = new Set<string>();
  const look = async (path: string) => {
    const response = await context.request.get(own.url + path);
    const body = await response.text();
    const headers = JSON.stringify(response.headers());
    expect(foreign.exec(body)?.[0], `body of ${path}`).toBeUndefined();
    expect(foreign.exec(headers)?.[0], `headers of ${path}`).toBeUndefined();
    expect(libraries.exec(headers)?.[0], `headers of ${path}`).toBeUndefined();
    for (const [, found] of body.matchAll(/(?:href|src)="(\/(?:assets|fonts|brand)\/[^"]+)"/g)) assets.add(found);
    for (const [found] of body.matchAll(/\/assets\/[\w.-]+/g)) assets.add(found);
    return body;
  };
  for (const path of paths) await look(path);
  for (const path of [...assets]) {
    expect(path).not.toMatch(libraries);
    const name = path.replace(/\.js$/, '.wasm');
    for (const one of new Set([path, name])) {
      const response = await context.request.get(own.url + one);
      if (!response.ok()) continue;
      const bytes = (await response.body()).toString('latin1');
      expect(foreign.exec(bytes)?.[0], `bytes of ${one}`).toBeUndefined();
    }
  }
  expect(assets.size).toBeGreaterThan(2);
  for (const path of ['/', '/account', '/admin/members', '/nothing/here']) {
    await page.goto(own.url + path);
    const seen = `${await page.title()} ${await page.locator('body').innerText()}`;
    expect(libraries.exec(seen)?.[0], `text of ${path}`).toBeUndefined();
    await expect(page).toHaveTitle(/Nordwind/);
  }
});
