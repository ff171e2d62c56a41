// Starts the one installation most specs share; returns how to stop it.
import { Installation } from './installation.ts';

export default async function setUp(): Promise<() => Promise<void>> {
  const shared = await Installation.create('shared');
  shared.seed();
  // Two aliases for the picker; both answered by the built-in demo model.
  shared.cli(['route', 'set', '--workspace', 'halden', '--alias', 'fast', '--target', 'demo:demo']);
  shared.cli(['route', 'set', '--workspace', 'halden', '--alias', 'careful', '--target', 'demo:demo']);
  await shared.start();
  process.env['E2E_REACH'] = JSON.stringify(shared.reach());
  return async () => {
    const code = await shared.stop();
    shared.remove();
    if (code !== 0) throw new Error(`SIGTERM must end the server with 0, it ended with ${code}`);
  };
}
