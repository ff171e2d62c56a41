// Asks an installation directly, without a browser: every `*.localhost` is this machine, which not
// every resolver knows.
import { type IncomingHttpHeaders, request } from 'node:http';
import type { BrowserContext } from '@playwright/test';

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  /** Names and values as they were sent. */
  rawHeaders: string;
  body: Buffer;
}

/** `GET url`; redirects are not followed. */
export function ask(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  const { host, port, pathname, search } = new URL(url);
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, path: pathname + search, headers: { host, ...headers }, timeout: 20_000 });
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error(`no answer from ${url}`)));
    call.on('response', (answer) => {
      const parts: Buffer[] = [];
      answer.on('data', (part: Buffer) => parts.push(part));
      answer.on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          rawHeaders: answer.rawHeaders.reduce((text, part, index) => text + part + (index % 2 ? '\n' : ': '), ''),
          body: Buffer.concat(parts),
        }),
      );
    });
    call.end();
  });
}

/** The cookies a browser would send to `url`. */
export async function cookiesOf(context: BrowserContext, url: string): Promise<Record<string, string>> {
  const cookies = await context.cookies(url);
  return cookies.length === 0 ? {} : { cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') };
}
