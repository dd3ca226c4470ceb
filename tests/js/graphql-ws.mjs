// The official client of graphql-transport-ws against a gateway: node graphql-ws.mjs ADDRESS QUERY VARIABLES. Prints what it saw as JSON.
import { createClient } from 'graphql-ws';

const [address, query, variables] = process.argv.slice(2);
const url = `${address.replace('http', 'ws')}/graphql`;
const seen = { frames: [], pings: 0, closes: [] };

function open(connectionParams, more = {}) {
  return createClient({
    url,
    connectionParams,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => {},
    on: { ping: () => (seen.pings += 1), closed: (event) => seen.closes.push([event.code, event.reason]) },
    ...more,
  });
}

const collect = async (client, payload) => {
  const results = [];
  for await (const result of client.iterate(payload)) results.push(result);
  return results;
};
const attempt = async (client, payload) => {
  try {
    return await collect(client, payload);
  } catch (error) {
    return Array.isArray(error) ? error.map((each) => each.extensions.code) : [error.code, error.reason];
  }
};

const client = open({ authorization: 'Bearer buyer' });
for await (const { data } of client.iterate({ query, variables: JSON.parse(variables) })) {
  seen.frames.push(data.ticketAvailability);
  if (seen.frames.length === 3) break;
  await collect(client, { query: `mutation { move(balcony: ${9 - seen.frames.length}) }` });
}
const resume = seen.frames[0].resumeToken;
for await (const { data } of client.iterate({ query, variables: { ...JSON.parse(variables), resume } })) {
  seen.resumed = data.ticketAvailability;
  break;
}
seen.query = await collect(client, { query: '{ hello }' });
seen.counted = await collect(client, { query: 'subscription { count(to: 3) }' });
seen.syntax = await attempt(client, { query: '{' });
seen.unknown = await attempt(client, { query: 'query A { hello }', operationName: 'B' });
seen.afterwards = await collect(client, { query: '{ hello }' });
while (!seen.pings) await new Promise((resolve) => setTimeout(resolve, 20));
await client.dispose();
seen.refused = await attempt(open({ authorization: 'Bearer stranger' }), { query: '{ hello }' });
console.log(JSON.stringify(seen));
process.exit();
