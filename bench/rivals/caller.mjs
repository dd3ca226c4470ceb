// Whose request it is: the access token verified, its organization, and in which languages to answer.

import { importSPKI, jwtVerify } from "jose";

const key = process.env.PUBLIC_KEY ? await importSPKI(process.env.PUBLIC_KEY, "EdDSA") : null;
const terms = { issuer: process.env.ISSUER, audience: process.env.AUDIENCE, algorithms: ["EdDSA"], typ: "at+jwt" };
const bare = process.env.BARE === "1";

// Bare, nothing is verified: the token is believed to be the one that the benchmark made.
export async function callerOf(authorization, languages) {
  const locales = (languages || "en").split(",").map((each) => each.trim());
  if (bare) return { organizationId: process.env.ORGANIZATION, personId: process.env.PERSON, locales };
  const { payload } = await jwtVerify(authorization.slice("Bearer ".length), key, terms);
  return { organizationId: payload.org, personId: payload.sub, locales };
}
