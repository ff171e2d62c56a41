// One installation under test: its own data folder, ports and server process, driven only through
// the command line and HTTP, as DESIGN's contract for outside testers says.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { appendFileSync, chmodSync, closeSync, mkdirSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface Person {
  email: string;
  password: string;
  role: string;
}

export interface Workspace {
  slug: string;
  host: string;
  name: string;
  people: Person[];
}

/** What a test needs to reach an installation that another process started. */
export interface Reach {
  port: number;
  adminPort: number;
  dataDir: string;
  workspaces: Workspace[];
}

export const OUTPUT = join(dirname(fileURLToPath(import.meta.url)), '..', 'output');

function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: start the tests with end2end/run.sh`);
  return value;
}

let portsNamed = 0;

/**
 * A loopback port nobody listens on. Below those that connections going out get: one of those may be taken
 * between our look and the start of the program that was told it.
 */
export async function freePort(): Promise<number> {
  const port = 10_000 + ((process.pid * 97 + portsNamed++) % 20_000);
  const free = await new Promise<boolean>((resolve) => {
    const server = createServer();
    server.on('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
  return free ? port : freePort();
}

export class Installation implements Reach {
  workspaces: Workspace[] = [];
  private process: ChildProcess | undefined;

  private constructor(
    readonly name: string,
    private readonly root: string,
    readonly dataDir: string,
    readonly port: number,
    readonly adminPort: number,
    private readonly settings: Record<string, string>,
  ) {}

  /** A fresh folder and free ports; nothing runs yet. */
  static async create(name: string, settings: Record<string, string> = {}): Promise<Installation> {
    // Short on purpose: the database's socket lives below it. Others may pass through, because
    // the database runs as another user when the tests run as root.
    const root = mkdtempSync(join(tmpdir(), 'e2e-'));
    chmodSync(root, 0o755);
    mkdirSync(OUTPUT, { recursive: true });
    return new Installation(name, root, join(root, 'data'), await freePort(), await freePort(), settings);
  }

  /** Runs a command to its end and returns its standard output. */
  cli(args: string[], input = ''): string {
    const done = spawnSync(required('E2E_BINARY'), [...args, '--data-dir', this.dataDir], {
      env: this.environment(),
      input,
      encoding: 'utf8',
      timeout: 120_000,
    });
    if (done.status !== 0) {
      throw new Error(`${args.join(' ')} ended with ${done.status ?? done.signal}: ${done.stderr}`);
    }
    return done.stdout;
  }

  /** Fills the installation with the demo and remembers who can sign in where. */
  seed(): void {
    const document = JSON.parse(this.cli(['seed', 'demo', '--json'])) as { workspaces: Workspace[] };
    this.workspaces = document.workspaces;
  }

  /** Starts the server and waits until it is ready. */
  async start(): Promise<void> {
    const log = openSync(join(OUTPUT, `${this.name}.log`), 'a');
    this.process = spawn(
      required('E2E_BINARY'),
      [
        'serve',
        '--demo',
        '--data-dir',
        this.dataDir,
        '--listen',
        `127.0.0.1:${this.port}`,
        '--admin-listen',
        `127.0.0.1:${this.adminPort}`,
        '--site-dir',
        required('E2E_SITE'),
      ],
      { env: this.environment(), stdio: ['ignore', log, log] },
    );
    closeSync(log);
    // end2end/run.sh stops what is still listed here, however this process ends.
    appendFileSync(required('E2E_PIDS'), `${this.process.pid}\n`);
    const until = Date.now() + 60_000;
    while (!(await this.isReady())) {
      if (this.process.exitCode !== null || Date.now() > until) {
        throw new Error(`the server ${this.name} did not become ready; see output/${this.name}.log`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  /** SIGTERM; resolves with the exit code. */
  async stop(): Promise<number | null> {
    return this.end('SIGTERM');
  }

  /** SIGKILL: no goodbye to anybody. */
  async kill(): Promise<void> {
    await this.end('SIGKILL');
  }

  /** Removes the data folder. */
  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }

  reach(): Reach {
    return { port: this.port, adminPort: this.adminPort, dataDir: this.dataDir, workspaces: this.workspaces };
  }

  private async end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.process;
    if (!child || child.exitCode !== null || child.signalCode !== null) return child?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => child.once('exit', (code) => resolve(code)));
    child.kill(signal);
    return ended;
  }

  private isReady(): Promise<boolean> {
    return new Promise((resolve) => {
      const request = get({ host: '127.0.0.1', port: this.adminPort, path: '/readyz', timeout: 2_000 }, (answer) => {
        answer.resume();
        resolve(answer.statusCode === 200);
      });
      request.on('error', () => resolve(false));
      request.on('timeout', () => request.destroy());
    });
  }

  /** Nothing of the tester's own settings reaches the program. */
  private environment(): NodeJS.ProcessEnv {
    return {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      LIVERY_SERVER__LISTEN: `127.0.0.1:${this.port}`,
      LIVERY_EGRESS__ALLOW_PRIVATE: '["127.0.0.0/8"]',
      ...this.settings,
    };
  }
}

/** The address of a workspace. */
export function origin(reach: Reach, slug: string): string {
  return `http://${slug}.localhost:${reach.port}`;
}

/** Somebody of a workspace, by the part of their address before the @. */
export function person(reach: Reach, slug: string, name: string): Person {
  const workspace = reach.workspaces.find((it) => it.slug === slug);
  const found = workspace?.people.find((it) => it.email.startsWith(`${name}@`));
  if (!found) throw new Error(`nobody called ${name} in ${slug}`);
  return found;
}
