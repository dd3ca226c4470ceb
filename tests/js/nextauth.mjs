// next-auth 4 and Auth.js, asked line by line: {"ask": "encode4", …} in, {"answer": …} or {"fault": …} out. Ends with its input.
import { Auth, setEnvDefaults } from '@auth/core';
import Credentials from '@auth/core/providers/credentials';
import { decode as decode5, encode as encode5, getToken as getToken5 } from '@auth/core/jwt';
import { SignJWT, jwtVerify } from 'jose';
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
const { decode: decode4, encode: encode4, getToken: getToken4 } = require('next-auth/jwt');
const NextAuth = require('next-auth').default;
const Credentials4 = require('next-auth/providers/credentials').default;

const quiet = { error() {}, warn() {}, debug() {} };
const cookieHeader = (cookies) =>
  Object.entries(cookies)
    .map(([name, value]) => `${name}=${value}`)
    .join('; ');
const decoded = (cookies) => Object.fromEntries(Object.entries(cookies).map(([name, value]) => [name, decodeURIComponent(value)]));
const settled = (lines) =>
  lines.map((line) => {
    const [pair, ...attributes] = line.split('; ');
    const at = pair.indexOf('=');
    return { name: pair.slice(0, at), value: pair.slice(at + 1), attributes };
  });

// A front end whose own encode signs, as the documentation of both libraries shows it.
const key = (secret) => new TextEncoder().encode(secret);
const signed = {
  encode: ({ token, secret, maxAge = 3600 }) =>
    new SignJWT(token)
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setIssuedAt()
      .setExpirationTime(Math.floor(Date.now() / 1000) + maxAge)
      .sign(key(secret)),
  decode: async ({ token, secret }) => (await jwtVerify(token, key(secret), { algorithms: ['HS256'], clockTolerance: 15 })).payload,
};

// What docs/nextauth.md tells front ends to write: TicketBase looks at the password, and the session says where it was begun.
const authorize =
  ({ gateway, organization }) =>
  async ({ email, password }) => {
    const answer = await fetch(`${gateway}/api/auth/credentials`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Organization': organization },
      body: JSON.stringify({ email, password }),
    });
    return answer.ok ? answer.json() : null;
  };
const callbacks = {
  jwt: ({ token, user }) =>
    user?.sessionId ? { ...token, sessionId: user.sessionId, tenantId: user.tenantId, email_verified: true } : token,
};
const named = (given) => ({ id: 'p-1', name: given.name });

// The Next.js handler of next-auth 4, with what it asks of a request and a response.
async function handle4({ secret, action, cookies = {}, method = 'GET', body = {}, secure = false, hs256 = false, at }) {
  const kept = { status: 200, cookies: [], body: undefined };
  const response = {
    status: (code) => ((kept.status = code), response),
    setHeader: (name, value) => (name === 'Set-Cookie' && (kept.cookies = value), response),
    getHeader: (name) => (name === 'Set-Cookie' ? kept.cookies : undefined),
    json: (value) => void (kept.body = value),
    send: (value) => void (kept.body = value),
    end: () => {},
  };
  process.env.NEXTAUTH_URL = secure ? 'https://shop.example' : 'http://localhost:3000';
  await NextAuth({ method, query: { nextauth: action.split('/') }, cookies: decoded(cookies), headers: {}, body }, response, {
    secret,
    logger: quiet,
    useSecureCookies: secure,
    providers: [Credentials4({ credentials: {}, authorize: at ? authorize(at) : named })],
    callbacks,
    ...(hs256 && { jwt: signed }),
  });
  return { ...kept, cookies: settled(kept.cookies) };
}

async function handle5({ secret, action, cookies = {}, method = 'GET', body, secure = false, hs256 = false, at }) {
  const origin = secure ? 'https://shop.example' : 'http://localhost:3000';
  const headers = { cookie: cookieHeader(cookies), ...(body && { 'content-type': 'application/x-www-form-urlencoded' }) };
  const request = new Request(`${origin}/auth/${action}`, { method, headers, body: body && new URLSearchParams(body) });
  const answer = await Auth(request, {
    secret,
    basePath: '/auth',
    trustHost: true,
    logger: quiet,
    providers: [Credentials({ credentials: {}, authorize: at ? authorize(at) : named })],
    callbacks,
    ...(hs256 && { jwt: signed }),
  });
  return told5(answer);
}

async function told5(answer) {
  const type = answer.headers.get('content-type') ?? '';
  const location = answer.headers.get('location');
  return { status: answer.status, location, cookies: settled(answer.headers.getSetCookie()), body: type.includes('json') ? await answer.json() : null };
}

// The lines of the README as a front end runs them; what is here of NextAuth is what next-auth 5 adds to @auth/core.
async function written5({ lines, gateway, environ, action, cookies = {}, method = 'GET', body }) {
  const NextAuth = (config) => ({
    handlers: (request) => {
      config.basePath ??= '/api/auth';
      setEnvDefaults(environ, config, true);
      return Auth(request, { logger: quiet, ...config });
    },
  });
  const run = new Function('NextAuth', 'Credentials', 'TICKETBASE', lines.replace(/^export const \{.*?\} = /m, 'return '));
  const { handlers } = run(NextAuth, Credentials, gateway);
  const headers = { cookie: cookieHeader(cookies), ...(body && { 'content-type': 'application/x-www-form-urlencoded' }) };
  return told5(await handlers(new Request(`${environ.AUTH_URL}/api/auth/${action}`, { method, headers, body: body && new URLSearchParams(body) })));
}

const answers = {
  encode4,
  decode4,
  encode5,
  decode5,
  encodeSigned: signed.encode,
  decodeSigned: signed.decode,
  getToken4: ({ cookies = {}, headers = {}, ...more }) => getToken4({ req: { cookies, headers }, logger: quiet, ...more }),
  getToken5: ({ cookies = {}, headers = {}, ...more }) =>
    getToken5({ req: { headers: { ...headers, cookie: cookieHeader(cookies) } }, logger: quiet, ...more }),
  handle4,
  handle5,
  written5,
  secrets5: ({ environ }) => {
    const config = { providers: [] };
    setEnvDefaults(environ, config);
    return config.secret;
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const { ask, ...asked } = JSON.parse(line);
  try {
    console.log(JSON.stringify({ answer: (await answers[ask](asked)) ?? null }));
  } catch (fault) {
    console.log(JSON.stringify({ fault: String(fault.message) }));
  }
}
