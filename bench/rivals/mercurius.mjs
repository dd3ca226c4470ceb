// mercurius on fastify, compiling from the first request on: node mercurius.mjs PORT

import Fastify from "fastify";
import mercurius from "mercurius";
import { callerOf } from "./caller.mjs";
import { depthRule, limited } from "./limits.mjs";
import { contextOf, resolvers, typeDefs } from "./storefront.mjs";

const app = Fastify({ logger: false });

app.register(mercurius, {
  schema: typeDefs,
  resolvers,
  jit: 1,
  context: async (request) => contextOf(await callerOf(request.headers.authorization, request.headers["accept-language"])),
  ...(limited ? { validationRules: [depthRule] } : {}),
});
app.get("/readyz", async () => "ready");
await app.ready();
app.graphql.addHook("onResolution", async (_execution, context) => context.reads.close());
await app.listen({ port: Number(process.argv[2]), host: "127.0.0.1" });
