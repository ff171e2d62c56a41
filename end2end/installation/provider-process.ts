// A provider in a process of its own, which a test kills in the middle of an answer.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const SCRIPT = join(dirname(fileURLToPath(import.meta.url)), 'halting-provider.mjs');

export class ProviderProcess {
  private constructor(
    private readonly child: ChildProcess,
    /** Where it listens. */
    readonly address: string,
  ) {}

  static async start(): Promise<ProviderProcess> {
    const child = spawn(process.execPath, [SCRIPT], { stdio: ['ignore', 'pipe', 'inherit'] });
    if (!child.stdout) throw new Error('the provider has no output');
    const lines = createInterface({ input: child.stdout });
    const [address] = (await once(lines, 'line')) as [string];
    lines.close();
    return new ProviderProcess(child, address);
  }

  /** SIGKILL, as the kernel does when memory runs out; resolves when the process is gone. */
  async kill(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }

  /** Whether the process is gone, and by which signal. */
  get signal(): string | null {
    return this.child.signalCode;
  }
}
