// The sign-in page by the names people hear.
import { type Locator, type Page, expect } from '@playwright/test';
import type { Person } from '../installation/installation.ts';

export class SignIn {
  readonly email: Locator;
  readonly password: Locator;
  readonly submit: Locator;

  constructor(
    readonly page: Page,
    readonly origin: string,
  ) {
    this.email = page.getByLabel('Email', { exact: true });
    this.password = page.getByLabel('Password', { exact: true });
    this.submit = page.getByRole('button', { name: 'Sign in', exact: true });
  }

  async open(path = '/sign-in'): Promise<void> {
    await this.page.goto(this.origin + path);
    await expect(this.submit).toBeVisible();
  }

  async enter(email: string, password: string): Promise<void> {
    await this.email.fill(email);
    await this.password.fill(password);
    await this.submit.click();
  }

  /** Signs in and waits for the chat's address. */
  async as(person: Person): Promise<void> {
    await this.open();
    await this.enter(person.email, person.password);
    await this.page.waitForURL(this.origin + '/');
  }
}
