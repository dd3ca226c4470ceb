// graphql-yoga with graphql-jit: node yoga.mjs PORT

import { createServer } from "node:http";
import { useGraphQlJit } from "@envelop/graphql-jit";
import { createSchema, createYoga } from "graphql-yoga";
import { callerOf } from "./caller.mjs";
import { MOST_TOKENS, depthRule, limited } from "./limits.mjs";
import { contextOf, resolvers, typeDefs } from "./storefront.mjs";

const limits = {
  onParse({ params, setParseFn, parseFn }) {
    setParseFn((source, options) => parseFn(source, { ...options, maxTokens: MOST_TOKENS }));
  },
  onValidate({ addValidationRule }) {
    addValidationRule(depthRule);
  },
};
const closeReads = {
  onExecute: () => ({ onExecuteDone: ({ args }) => args.contextValue.reads.close() }),
};

const yoga = createYoga({
  schema: createSchema({ typeDefs, resolvers }),
  context: async ({ request }) =>
    contextOf(await callerOf(request.headers.get("authorization"), request.headers.get("accept-language"))),
  plugins: [useGraphQlJit(), closeReads, ...(limited ? [limits] : [])],
  logging: "warn",
  graphiql: false,
  landingPage: false,
  healthCheckEndpoint: "/readyz",
});

createServer(yoga).listen(Number(process.argv[2]), "127.0.0.1");
