// What a person or an operator feels: creating a workspace, the first word, a long conversation.
import type { Page } from '@playwright/test';
import { Installation, origin, person } from '../installation/installation.ts';
import { expect, test } from '../installation/test.ts';
import { Chat } from '../pages/chat.ts';
import { SignIn } from '../pages/sign-in.ts';
import { InstantProvider } from './instant-provider.ts';
import { record } from './record.ts';

const TURNS = 500;
/** Conversations of that length that are searched: 5,000 messages. */
const SEARCHED = 5;

/** Asks `turns` questions in one conversation, each after the answer before; returns its path. */
async function longConversation(page: Page, turns: number): Promise<string> {
  return page.evaluate(async (count) => {
    let conversation: string | null = null;
    let parent: string | null = null;
    for (let turn = 0; turn < count; turn += 1) {
      const message = {
        conversation,
        ask: { ask: 'question', parent, text: `Question ${turn + 1}: which notice period applies here?` },
        alias: null,
        token: crypto.randomUUID(),
      };
      const opened = await fetch('/api/send_message', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ message }),
      });
      if (!opened.ok) throw new Error(`turn ${turn}: ${opened.status} ${await opened.text()}`);
      const body = (await opened.json()) as { conversation: string; answer: { id: string } };
      conversation = body.conversation;
      parent = body.answer.id;
      // The stream is over when the answer is.
      const frames = await fetch(`/turns/${parent}/frames`);
      const reader = frames.body?.getReader();
      let seen = '';
      for (;;) {
        const step = await reader?.read();
        if (!step || step.done) break;
        seen = (seen + new TextDecoder().decode(step.value)).slice(-4_000);
        if (seen.includes('"frame":"end"')) break;
      }
      await reader?.cancel();
    }
    return `/c/${conversation}`;
  }, turns);
}

/** Searches for words that are nowhere, so that everything is opened; milliseconds of each round. */
async function searches(page: Page, rounds: number): Promise<number[]> {
  return page.evaluate(async (count) => {
    const times: number[] = [];
    for (let round = 0; round < count; round += 1) {
      const began = performance.now();
      const found = await fetch('/api/search_conversations', {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify({ query: `nowhere to be found ${round}` }),
      });
      const hits = (await found.json()) as unknown[];
      times.push(performance.now() - began);
      if (!found.ok || hits.length > 0) throw new Error('the search went wrong');
    }
    return times;
  }, rounds);
}

/** Scrolls through the transcript and returns the time of every frame, in milliseconds. */
async function scrollFrames(page: Page): Promise<number[]> {
  return page.evaluate(
    () =>
      new Promise<number[]>((resolve) => {
        const frame = document.querySelector('.scroller');
        if (!frame) throw new Error('nothing to scroll');
        const times: number[] = [];
        let before = performance.now();
        const step = (now: number): void => {
          times.push(now - before);
          before = now;
          frame.scrollTop -= 400;
          if (times.length < 240 && frame.scrollTop > 0) requestAnimationFrame(step);
          else resolve(times.slice(2));
        };
        requestAnimationFrame(step);
      }),
  );
}

test('what people feel', async ({ page }) => {
  const provider = new InstantProvider();
  const address = await provider.listen();
  const own = await Installation.create('bench');
  const timed = (work: () => void): number => {
    const began = performance.now();
    work();
    return performance.now() - began;
  };
  try {
    own.seed();
    own.cli(['key', 'add', '--workspace', 'nordwind', '--name', 'instant', '--provider', 'openai-compatible', '--base-url', address], 'sk-bench');
    own.cli(['route', 'set', '--workspace', 'nordwind', '--alias', 'instant', '--target', 'instant:instant', '--price', '0/0']);
    const began = performance.now();
    await own.start();
    record('server start until ready', 'ms', [performance.now() - began]);

    const idle = [1, 2, 3].map(() => timed(() => own.cli(['workspace', 'list', '--json'])));
    const create = Array.from({ length: 10 }, (_, n) =>
      timed(() => own.cli(['workspace', 'create', '--slug', `bench-${n}`, '--name', `Bench ${n}`, '--json'])),
    );
    record('command that only lists, whole process', 'ms', idle);
    record('workspace create, whole process', 'ms', create);

    const slow = new Chat(page, origin(own.reach(), 'halden'));
    await new SignIn(page, slow.origin).as(person(own.reach(), 'halden', 'tim'));
    const first: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await slow.open('/');
      await slow.message.fill(`Write a handover note, round ${round}`);
      const asked = performance.now();
      await slow.send.click();
      await expect(slow.answer.locator('.answer-body')).toContainText(/\w/, { timeout: 10_000 });
      first.push(performance.now() - asked);
      await slow.stop.click();
      await slow.finished();
    }
    record('press of Send to first word on screen (demo model)', 'ms', first);

    const chat = new Chat(page, origin(own.reach(), 'nordwind'));
    await new SignIn(page, chat.origin).as(person(own.reach(), 'nordwind', 'mia'));
    await chat.alive();
    if ((await chat.model.count()) > 0) await chat.model.selectOption('instant').catch(() => undefined);
    const making = performance.now();
    const path = await longConversation(page, TURNS);
    record(`${TURNS} turns asked and answered, each`, 'ms', [(performance.now() - making) / TURNS]);
    for (let more = 1; more < SEARCHED; more += 1) await longConversation(page, TURNS);
    record(`search over ${TURNS * 2 * SEARCHED} sealed messages`, 'ms', await searches(page, 11));
    const shown: number[] = [];
    const alive: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      await page.goto('about:blank');
      const opened = performance.now();
      await page.goto(chat.origin + path, { waitUntil: 'commit' });
      await expect(chat.answers.last()).toBeVisible();
      shown.push(performance.now() - opened);
      await chat.alive();
      alive.push(performance.now() - opened);
    }
    // Older messages follow in batches. By their class: what is far from the screen has no role yet.
    await expect(page.locator('article.answer')).toHaveCount(TURNS, { timeout: 60_000 });
    record(`conversation of ${TURNS * 2} messages: last answer visible`, 'ms', shown);
    record(`conversation of ${TURNS * 2} messages: alive`, 'ms', alive);
    record(`conversation of ${TURNS * 2} messages: frame while scrolling`, 'ms', await scrollFrames(page));
  } finally {
    await own.stop();
    own.remove();
    provider.close();
  }
});
