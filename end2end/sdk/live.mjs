// What the scripts against the real server need. The names of workspaces here end in `.localhost`; as
// browsers do, and as a name server does for real names, they are led to this machine.
import assert from 'node:assert/strict';
import dns from 'node:dns';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

export const { BASE, KEY, POOR_KEY } = process.env;
const lookUp = dns.lookup;
dns.lookup = (name, ...more) => lookUp(name.endsWith('.localhost') ? '127.0.0.1' : name, ...more);

// The libraries are installed outside of the clone.
const require = createRequire(path.join(process.env.SDK_NODE, 'package.json'));
export const library = async (name) => import(pathToFileURL(require.resolve(name)).href);

export const same = (seen, expected) => assert.deepEqual(seen, expected);

/** The promise is refused with exactly this error, which is handed back. */
export async function refused(kind, promise) {
    try {
        await promise;
    } catch (error) {
        assert.equal(error.constructor.name, kind, `${error}`);
        return error;
    }
    throw new Error(`nothing was thrown instead of ${kind}`);
}
