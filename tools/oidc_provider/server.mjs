// A provider on this computer: node server.mjs PORT CLIENT_ID CLIENT_SECRET REDIRECT_URI. Any username signs in.

import Provider from "oidc-provider";

const [port, clientId, clientSecret, redirectUri] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`;

const provider = new Provider(issuer, {
  clients: [{ client_id: clientId, client_secret: clientSecret, redirect_uris: [redirectUri] }],
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["given_name", "family_name"] },
  // Claims are in the ID token, as with Google, Apple, and Microsoft.
  conformIdTokenClaims: false,
  cookies: { keys: ["a key of the tests"] },
  findAccount: (_, subject) => ({
    accountId: subject,
    claims: () => ({
      sub: subject,
      email: `${subject}@example.com`,
      email_verified: true,
      given_name: "River",
      family_name: "Okafor",
    }),
  }),
});

provider.listen(Number(port), "127.0.0.1", () => console.log(issuer));
