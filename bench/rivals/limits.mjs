// The limits that TicketBase sets to a document, as a validation rule, so that each document is measured once.

import { GraphQLError } from "graphql";

const DEEPEST = 12;
export const MOST_TOKENS = 1000;
export const limited = process.env.BARE !== "1";

export function depthRule(context) {
  return {
    OperationDefinition(operation) {
      const deep = depth(operation.selectionSet, context);
      if (deep > DEEPEST) context.reportError(new GraphQLError(`The operation is ${deep} levels deep, ${DEEPEST} are allowed.`));
    },
  };
}

function depth(selections, context) {
  if (!selections) return 0;
  return Math.max(
    ...selections.selections.map((each) => {
      if (each.kind === "FragmentSpread") return depth(context.getFragment(each.name.value)?.selectionSet, context);
      return depth(each.selectionSet, context) + (each.kind === "Field" ? 1 : 0);
    }),
  );
}
