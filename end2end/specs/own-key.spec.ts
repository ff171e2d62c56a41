// A workspace with its own key at a real OpenAI-compatible server. Between the two stands a proxy of
// ours that slows the answer down to reading speed and sees whether stopping reaches the provider.
import { type AddressInfo, type Socket, connect, createServer } from 'node:net';
import { Installation, origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { Chat, tag } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';

/** Forwards to the model server; counts calls that the caller closed before the answer was over. */
class SlowWire {
  calls = 0;
  cutByCaller = 0;
  private readonly open = new Set<Socket>();

  private readonly server = createServer((caller) => this.forward(caller));

  constructor(private readonly target: URL) {}

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${this.target.pathname}`;
  }

  close(): void {
    for (const socket of this.open) socket.destroy();
    this.server.close();
  }

  private forward(caller: Socket): void {
    const provider = connect(Number(this.target.port), this.target.hostname);
    const waiting: Buffer[] = [];
    let over = true;
    let gone = false;
    for (const socket of [caller, provider]) {
      this.open.add(socket);
      socket.on('error', () => socket.destroy());
      socket.on('close', () => this.open.delete(socket));
    }
    caller.on('data', (bytes) => {
      if (bytes.includes('POST ')) {
        this.calls += 1;
        over = false;
      }
      provider.write(bytes);
    });
    provider.on('data', (bytes) => waiting.push(bytes));
    // A few hundred bytes at a time: about as fast as a hosted model speaks.
    const pace = setInterval(() => {
      const bytes = Buffer.concat(waiting.splice(0));
      if (bytes.length === 0) {
        if (gone) caller.end();
        return;
      }
      const [now, later] = [bytes.subarray(0, 700), bytes.subarray(700)];
      if (later.length > 0) waiting.push(later);
      if (now.includes('[DONE]') || (later.length === 0 && bytes.includes('[DONE]'))) over = true;
      caller.write(now);
    }, 40);
    caller.on('close', () => {
      clearInterval(pace);
      if (!over) this.cutByCaller += 1;
      provider.destroy();
    });
    // An idle connection that the provider closes is closed for the caller too.
    provider.on('close', () => {
      gone = true;
    });
  }
}

test('chat on the own key of a workspace, and stop reaches the provider', async ({ page }) => {
  test.setTimeout(180_000);
  const base = process.env['LLAMA_BASE_URL'];
  const key = process.env['LLAMA_API_KEY'];
  if (!base || !key) throw new Error('no model server: start the tests with end2end/run.sh');
  const wire = new SlowWire(new URL(base));
  const address = await wire.listen();
  const own = await Installation.create('own-key');
  try {
    own.seed();
    own.cli(
      ['key', 'add', '--workspace', 'nordwind', '--name', 'house', '--provider', 'openai-compatible', '--base-url', address],
      key,
    );
    own.cli(['route', 'set', '--workspace', 'nordwind', '--alias', 'house', '--target', 'house:random', '--price', '1/2']);
    await own.start();
    const here = origin(own.reach(), 'nordwind');
    await new SignIn(page, here).as(person(own.reach(), 'nordwind', 'mia'));
    const chat = new Chat(page, here);
    await chat.alive();
    if ((await chat.model.count()) > 0) await chat.model.selectOption('house');

    await chat.ask(`Say anything ${tag()}`);
    await expect.poll(async () => (await chat.answerText()).length).toBeGreaterThan(5);
    await chat.finished();
    await expect(chat.answer.getByText('Answered on Nordwind’s own key')).toBeVisible();
    await expect(chat.answer.getByText('Demo', { exact: true })).toHaveCount(0);
    expect(wire.calls).toBe(1);

    // A chat of its own: the model's memory is too short for its own first answer.
    await chat.open('/');
    if ((await chat.model.count()) > 0) await chat.model.selectOption('house');
    const cut = wire.cutByCaller;
    await chat.ask(`And once more ${tag()}`);
    await expect.poll(async () => (await chat.answerText()).length).toBeGreaterThan(5);
    await chat.stop.click();
    await chat.finished();
    await expect(chat.answer.getByText('Stopped. What arrived is kept.')).toBeVisible();
    await expect.poll(() => wire.cutByCaller, { message: 'the call to the provider was closed' }).toBe(cut + 1);

    const rows = JSON.parse(own.cli(['ledger', 'export', '--workspace', 'nordwind', '--json'])) as unknown;
    const list = (Array.isArray(rows) ? rows : (rows as { rows: unknown[] }).rows) as { state?: string; key_name?: string }[];
    expect(list.length, 'one row a call').toBe(2);
    expect(await page.content()).not.toContain(key);
  } finally {
    // The page leaves first: asking a server that is gone would be its complaint, not a finding.
    await page.goto('about:blank');
    await own.stop();
    own.remove();
    wire.close();
  }
});
