// Sign-in with Better Auth, as a Lambda function that takes the events of API Gateway. The loop at
// the end is Lambda's Runtime API, so that no other client of it has to be installed.

import { betterAuth } from "better-auth/minimal";
import { dynamodb } from "./adapter.js";

const auth = betterAuth({
  baseURL: "https://lakes.example",
  secret: process.env.SECRET,
  database: dynamodb,
  emailAndPassword: { enabled: true },
  telemetry: { enabled: false },
  // Limited as by default, but higher, since the benchmark signs in all the time.
  rateLimit: { enabled: true, customRules: { "/sign-in/email": { window: 10, max: 1_000_000 }, "/get-session": { window: 10, max: 1_000_000 } } },
});

async function handle({ httpMethod, path, headers, body }) {
  const request = new Request(`https://lakes.example${path}`, { method: httpMethod, headers, body });
  const response = await auth.handler(request);
  return { statusCode: response.status, multiValueHeaders: { "Set-Cookie": response.headers.getSetCookie() }, body: await response.text() };
}

const runtime = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
for (;;) {
  const next = await fetch(`${runtime}/next`);
  const id = next.headers.get("lambda-runtime-aws-request-id");
  const answer = await handle(await next.json());
  await fetch(`${runtime}/${id}/response`, { method: "POST", body: JSON.stringify(answer) });
}
