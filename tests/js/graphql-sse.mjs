// The official client of graphql-sse in distinct connections mode: node graphql-sse.mjs ADDRESS QUERY VARIABLES. Prints what it saw as JSON.
import { createClient } from 'graphql-sse';

const [address, query, variables] = process.argv.slice(2);
const seen = { frames: [] };
const client = createClient({ url: `${address}/graphql`, retryAttempts: 0, headers: { authorization: 'Bearer buyer' } });

const collect = async (payload) => {
  const results = [];
  for await (const result of client.iterate(payload)) results.push(result);
  return results;
};

for await (const { data } of client.iterate({ query, variables: JSON.parse(variables) })) {
  seen.frames.push(data.ticketAvailability);
  if (seen.frames.length === 3) break;
  await collect({ query: `mutation { move(balcony: ${9 - seen.frames.length}) }` });
}
seen.query = await collect({ query: '{ hello }' });
seen.counted = await collect({ query: 'subscription { count(to: 3) }' });
seen.invalid = (await collect({ query: '{ unknown }' })).map((each) => each.errors[0].extensions.code);
seen.refused = await new Promise((resolve) => {
  const stranger = createClient({ url: `${address}/graphql`, retryAttempts: 0, headers: { authorization: 'Bearer stranger' } });
  stranger.subscribe({ query: '{ hello }' }, { next() {}, complete: () => resolve('completed'), error: (error) => resolve(error.message) });
});
console.log(JSON.stringify(seen));
process.exit();
