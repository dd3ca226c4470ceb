// Starts GraphiQL with the tabs the server wrote into the page. Queries go by fetch, subscriptions over a WebSocket.
(() => {
  const { endpoint, tabs } = JSON.parse(document.getElementById("graphiql-data").textContent);
  const url = new URL(endpoint, window.location.href);
  const socketUrl = new URL(url);
  socketUrl.protocol = url.protocol === "https:" ? "wss:" : "ws:";

  // A browser cannot set headers on a WebSocket: these travel in connection_init under their own names.
  const NAMES = { "x-organization": "organization", "x-tenant-id": "organization", "x-cart": "cart" };
  const toInit = (headers) =>
    Object.fromEntries(Object.entries(headers).map(([name, value]) => [NAMES[name.toLowerCase()] ?? name.toLowerCase(), value]));

  const clients = new Map();
  const clientFor = (headers) => {
    const init = toInit(headers);
    const key = JSON.stringify(init);
    if (!clients.has(key)) {
      clients.set(key, graphqlWs.createClient({ url: socketUrl.href, connectionParams: init, lazyCloseTimeout: 2000 }));
    }
    return clients.get(key);
  };

  const isSubscription = (document, operationName) =>
    (document?.definitions ?? []).some(
      (each) =>
        each.kind === "OperationDefinition" &&
        each.operation === "subscription" &&
        (!operationName || each.name?.value === operationName),
    );

  const fetcher = (params, { headers = {}, documentAST } = {}) => {
    if (isSubscription(documentAST, params.operationName)) {
      return clientFor(headers).iterate(params);
    }
    return fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json;q=0.9",
        ...headers,
      },
      body: JSON.stringify(params),
    }).then((response) => response.json());
  };

  // Headers hold tokens, and no token belongs into web storage: only the theme is remembered beyond this page.
  const remembered = new Map();
  const lasting = (name) => name === "graphiql:theme";
  const storage = {
    get length() {
      return remembered.size;
    },
    getItem: (name) => (lasting(name) ? window.localStorage.getItem(name) : (remembered.get(name) ?? null)),
    setItem: (name, value) => {
      if (lasting(name)) {
        window.localStorage.setItem(name, value);
      } else {
        remembered.set(name, value);
      }
    },
    removeItem: (name) => {
      remembered.delete(name);
      if (lasting(name)) {
        window.localStorage.removeItem(name);
      }
    },
    clear: () => remembered.clear(),
  };

  // A link may carry a query of its own; it comes first, with the headers of the first tab.
  const asked = new URLSearchParams(window.location.search);
  const linked = asked.get("query")
    ? [{ query: asked.get("query"), variables: asked.get("variables") ?? undefined, headers: tabs[0]?.headers }]
    : [];
  const all = [...linked, ...tabs];

  const element = React.createElement(GraphiQL, {
    fetcher,
    storage,
    defaultEditorToolsVisibility: true,
    shouldPersistHeaders: false,
    defaultHeaders: all[0]?.headers,
    defaultTabs: all.length ? all : undefined,
  });
  ReactDOM.createRoot(document.getElementById("graphiql")).render(element);
})();
