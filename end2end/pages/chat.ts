// The chat page by its accessible names, which are a contract for everybody who tests from outside.
import { type Locator, type Page, expect } from '@playwright/test';

export class Chat {
  readonly message: Locator;
  readonly send: Locator;
  readonly stop: Locator;
  readonly questions: Locator;
  readonly answers: Locator;
  readonly model: Locator;
  readonly conversations: Locator;
  readonly newChat: Locator;
  readonly palette: Locator;
  readonly status: Locator;

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    this.message = page.getByRole('textbox', { name: 'Message', exact: true });
    this.send = page.getByRole('button', { name: 'Send', exact: true });
    this.stop = page.getByRole('button', { name: 'Stop answering', exact: true });
    this.questions = page.getByRole('article', { name: 'Question', exact: true });
    this.answers = page.getByRole('article', { name: 'Answer', exact: true });
    this.model = page.getByRole('combobox', { name: 'Model', exact: true });
    this.conversations = page.getByRole('navigation', { name: 'Conversations', exact: true });
    this.newChat = this.conversations.getByRole('button', { name: 'New chat' });
    this.palette = page.getByRole('dialog', { name: 'Search and commands' });
    this.status = page.getByRole('status').first();
  }

  /** Opens a path and waits until the page is alive: only its scripts put the focus there. */
  async open(path = '/'): Promise<void> {
    await this.page.goto(this.origin + path);
    await this.alive();
  }

  async alive(): Promise<void> {
    await expect(this.message).toBeFocused();
  }

  /** Sends a question and waits until it stands in the conversation. */
  async ask(text: string): Promise<void> {
    const before = await this.questions.count();
    await this.message.fill(text);
    await this.send.click();
    await expect(this.questions).toHaveCount(before + 1);
    await expect(this.questions.last()).toContainText(text);
  }

  /** The last answer. */
  get answer(): Locator {
    return this.answers.last();
  }

  /** What the last answer says, without its tools and receipt. */
  async answerText(): Promise<string> {
    const body = this.answer.locator('.answer-body');
    return (await body.innerText()).replace(/\s+/g, ' ').trim();
  }

  /** Waits until at least `words` words of the last answer have arrived. */
  async someText(words = 8): Promise<string> {
    await expect.poll(async () => (await this.answerText()).split(' ').length, { intervals: [80] }).toBeGreaterThan(words);
    return this.answerText();
  }

  /** Waits for the end of the last answer. */
  async finished(): Promise<void> {
    await expect(this.answer).toHaveAttribute('aria-busy', 'false', { timeout: 60_000 });
    await expect(this.stop).toHaveCount(0);
  }

  /** Opens the menu of the conversation on screen and presses one of its entries. */
  async fromMenu(entry: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Conversation menu' }).click();
    await this.page.locator('#conversation-menu').getByRole('button', { name: entry, exact: true }).click();
  }

  /** The link of a conversation in the list. */
  listed(title: string | RegExp): Locator {
    return this.conversations.getByRole('link', { name: title });
  }
}

/** A word no other test uses. */
export function tag(): string {
  return `tag${Math.random().toString(36).slice(2, 8)}`;
}
