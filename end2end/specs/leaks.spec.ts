// A branded workspace names nobody but its client: not the product, not another workspace, not the
// libraries it is made of in anything a person sees.
import { ask, cookiesOf } from '../installation/ask.ts';
import { origin } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';

const LIBRARIES = /\b(leptos|axum|tailwind|hyper|tokio|rustc?|wasm-bindgen|postgres(ql)?|sqlx|playwright)\b/i;

/** The product, the agencies, the other workspaces. */
function foreignNames(names: string[], own: string): RegExp {
  const words = names.filter((name) => name !== own).flatMap((name) => [name, name.split(' ')[0] ?? name]);
  return new RegExp(['livery', 'kontor', 'harbour', 'vale\\b', ...words].join('|'), 'i');
}

interface Found {
  url: string;
  status: number;
  headers: string;
  body: string;
  type: string;
}

async function fetchAll(here: string, cookies: Record<string, string>, paths: string[]): Promise<Found[]> {
  const seen = new Map<string, Found>();
  const queue = [...paths];
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    const answer = await ask(here + path, { accept: 'text/html,*/*', ...cookies });
    const type = answer.headers['content-type'] ?? '';
    const body = answer.body.toString('latin1');
    seen.set(path, { url: path, status: answer.status, headers: answer.rawHeaders, body, type });
    if (!/html|css|javascript|json|xml|svg/.test(type)) continue;
    for (const [, link] of body.matchAll(/(?:href|src|action|url)\s*[=(:]\s*["']?(\/[^"'\s)<>]*)/g)) {
      if (link && !link.startsWith('//') && !link.includes('sign-out')) queue.push(link.split('#')[0] ?? link);
    }
  }
  return [...seen.values()];
}

/** Text a person can see or hear, and what machines show people: titles, metadata. */
function visible(html: string): string {
  const attributes = [...html.matchAll(/\s(?:title|alt|aria-label|placeholder|content|name)="([^"]*)"/g)].map(([, it]) => it);
  const text = html.replace(/<(script|style)\b[^]*?<\/\1>/gi, ' ').replace(/<!--[^]*?-->/g, ' ').replace(/<[^>]+>/g, ' ');
  return `${text} ${attributes.join(' ')}`;
}

test('a workspace shows no name but its own', async ({ chatAs, context, reach, watch }) => {
  watch.allow(/status of 40[14]/);
  const chat = await chatAs('nordwind', 'mia');
  const here = origin(reach, 'nordwind');
  const foreign = foreignNames(reach.workspaces.map((it) => it.name), 'Nordwind Legal');
  const first = await chat.conversations.getByRole('link').first().getAttribute('href');
  const paths = [
    '/',
    first ?? '/',
    '/sign-in',
    '/account',
    '/admin/members',
    '/admin/branding',
    '/admin/branding/preview',
    '/icon-180.png',
    '/social.png',
    '/scripts/none.js',
    '/no/such/page',
    '/c/00000000-0000-0000-0000-000000000000',
    '/invite/nonsense',
    '/manifest.webmanifest',
    '/favicon.svg',
    '/favicon.ico',
    '/robots.txt',
    '/assets/',
    '/assets/none.js',
    '/fonts/text.woff2',
    '/api/load_sidebar',
    '/turns/00000000-0000-0000-0000-000000000000/frames',
    '/.well-known/nothing',
    '/hash.txt',
  ];
  const cookies = await cookiesOf(context, here);
  const found = await fetchAll(here, cookies, paths);
  found.push(...(await fetchAll(here, {}, ['/', '/sign-in', '/account', '/no/such/page', '/c/1'])));
  // Scripts name each other in ways no link shows; what the browser loaded is looked at as well.
  const loaded = await chat.page.evaluate(() => performance.getEntriesByType('resource').map((it) => new URL(it.name).pathname));
  found.push(...(await fetchAll(here, {}, loaded)));
  expect(found.some((it) => it.url.endsWith('.wasm')), 'the wasm module is among them').toBe(true);
  expect(found.length).toBeGreaterThan(15);

  const leaks: string[] = [];
  for (const { url, headers, body, type, status } of found) {
    for (const [where, text] of [
      ['address', url],
      ['headers', headers],
      ['body', body],
    ] as const) {
      const hit = foreign.exec(text);
      if (hit) leaks.push(`${url} (${status}) ${where}: …${text.slice(Math.max(0, hit.index - 40), hit.index + 40)}…`);
    }
    const shown = type.includes('html') ? visible(body) : /json|svg|plain/.test(type) ? body : '';
    const hit = LIBRARIES.exec(shown) ?? LIBRARIES.exec(headers) ?? LIBRARIES.exec(url);
    if (hit) leaks.push(`${url} (${status}) names a library: ${hit[0]}`);
    if (/^(server|x-powered-by):/im.test(headers)) leaks.push(`${url} names its server`);
  }
  expect(leaks).toEqual([]);
});

test('an unknown host names nobody', async ({ reach }) => {
  const answer = await ask(`http://127.0.0.1:${reach.port}/`, { host: 'somebody.example' });
  expect(answer.status).toBe(404);
  const text = answer.body.toString() + answer.rawHeaders;
  expect(text).not.toMatch(foreignNames(reach.workspaces.map((it) => it.name), ''));
  expect(text).not.toMatch(LIBRARIES);
});
