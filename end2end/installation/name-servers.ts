// A real authoritative name server (knot) and a real resolver in front of it (unbound), on loopback ports
// of their own, with a zone `test.` that a spec writes.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from './installation.ts';

export class NameServers {
  private serial = 1;

  private constructor(
    private readonly folder: string,
    readonly resolver: string,
    private readonly running: ChildProcess[],
  ) {}

  /** Starts both with an empty zone. */
  static async start(): Promise<NameServers> {
    const folder = mkdtempSync(join(tmpdir(), 'names-'));
    const [authority, resolver] = [await freePort(), await freePort()];
    mkdirSync(join(folder, 'db'));
    writeFileSync(join(folder, 'test.zone'), zone(1, []));
    writeFileSync(join(folder, 'knot.conf'), knotSettings(folder, authority));
    writeFileSync(join(folder, 'unbound.conf'), unboundSettings(folder, authority, resolver));
    const start = (program: string, args: string[]) => spawn(program, args, { stdio: 'ignore' });
    const running = [
      start('/usr/sbin/knotd', ['-c', join(folder, 'knot.conf')]),
      start('/usr/sbin/unbound', ['-d', '-p', '-c', join(folder, 'unbound.conf')]),
    ];
    const servers = new NameServers(folder, `127.0.0.1:${resolver}`, running);
    await answers(authority);
    await answers(resolver);
    return servers;
  }

  /** The zone holds these lines now, and nothing else. */
  publish(lines: string[]): void {
    this.serial += 1;
    writeFileSync(join(this.folder, 'test.zone'), zone(this.serial, lines));
    const told = spawnSync('/usr/sbin/knotc', ['-s', join(this.folder, 'knot.sock'), '-b', 'zone-reload', 'test']);
    if (told.status !== 0) throw new Error(`knotc: ${told.stderr.toString()}`);
  }

  stop(): void {
    for (const child of this.running) child.kill('SIGKILL');
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks for the start of the zone until somebody answers well. */
async function answers(port: number): Promise<void> {
  const question = Buffer.from('123401000001000000000000' + '0474657374000006' + '0001', 'hex');
  for (const until = Date.now() + 20_000; Date.now() < until; ) {
    const good = await new Promise<boolean>((resolve) => {
      const socket = createSocket('udp4');
      const end = (outcome: boolean) => {
        clearTimeout(timer);
        socket.close();
        resolve(outcome);
      };
      const timer = setTimeout(() => end(false), 300);
      socket.on('message', (answer) => end(answer.length > 12 && ((answer[3] ?? 15) & 15) === 0));
      socket.on('error', () => end(false));
      socket.send(question, port, '127.0.0.1');
    });
    if (good) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`no name server answers on port ${port}: are knot and unbound installed?`);
}

function zone(serial: number, lines: string[]): string {
  return `$ORIGIN test.
$TTL 1
@ SOA ns.test. nobody.test. ${serial} 60 60 600 1
@ NS ns.test.
ns A 127.0.0.1
${lines.join('\n')}
`;
}

function knotSettings(folder: string, port: number): string {
  return `server:
    rundir: ${folder}
    listen: 127.0.0.1@${port}
    udp-workers: 1
    tcp-workers: 1
    background-workers: 1
database:
    storage: ${folder}/db
control:
    listen: ${folder}/knot.sock
template:
  - id: default
    storage: ${folder}
    file: "%s.zone"
    zonefile-load: whole
    zonefile-sync: -1
    journal-content: none
zone:
  - domain: test
`;
}

function unboundSettings(folder: string, authority: number, port: number): string {
  return `server:
  interface: 127.0.0.1
  port: ${port}
  username: ""
  chroot: ""
  directory: "${folder}"
  pidfile: "${folder}/unbound.pid"
  use-syslog: no
  logfile: ""
  num-threads: 1
  do-ip6: no
  module-config: "iterator"
  do-not-query-localhost: no
  access-control: 127.0.0.0/8 allow
  local-zone: "test." nodefault
  cache-max-ttl: 0
  cache-max-negative-ttl: 0
remote-control:
  control-enable: no
stub-zone:
  name: "test."
  stub-addr: 127.0.0.1@${authority}
`;
}
