// A certified OpenID provider on a loopback port: node serve.mjs PORT REDIRECT_URI…
// One confidential client with PKCE required. Whoever signs in is called as they type, with an address below
// people.client.test; the group "it" for those whose name begins with "it".
import Provider from 'oidc-provider';

const [port, ...redirects] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;
const provider = new Provider(issuer, {
  clients: [{
    client_id: 'livery',
    client_secret: 'a-secret-of-the-provider',
    redirect_uris: redirects,
    post_logout_redirect_uris: redirects.map((it) => it.replace('/auth/oidc/callback', '/sign-in')),
    token_endpoint_auth_method: 'client_secret_basic',
  }],
  pkce: { required: () => true },
  claims: { openid: ['sub'], email: ['email', 'email_verified'], profile: ['name', 'groups'] },
  features: { devInteractions: { enabled: true }, backchannelLogout: { enabled: true } },
  findAccount: (_, id) => ({
    accountId: id,
    claims: () => ({
      sub: id,
      email: `${id}@people.client.test`,
      email_verified: true,
      name: `Person ${id}`,
      groups: id.startsWith('it') ? ['it'] : [],
    }),
  }),
});
// The tests end it; should they not, it ends by itself.
setTimeout(() => process.exit(0), 15 * 60 * 1000);
provider.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
