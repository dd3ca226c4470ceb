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

  // GraphiQL learns of an edit, or of another tab, a moment late; the text itself is never late.
  const IGNORED = /"""[\s\S]*?"""|"(?:\\.|[^"\\\n])*"|#[^\n]*/g;
  const WORDS = /[{}()]|(?<![$\w])(query|mutation|subscription)\b\s*(\w*)/g;
  const operationsIn = (query) => {
    const found = [];
    let depth = 0;
    for (const [token, kind, name] of query.replace(IGNORED, " ").matchAll(WORDS)) {
      if (kind && depth === 0) {
        found.push({ kind, name });
      } else if (!kind) {
        depth += "{(".includes(token) ? 1 : -1;
      }
    }
    return found.length ? found : [{ kind: "query", name: "" }];
  };

  const fetcher = ({ operationName, ...params }, { headers = {} } = {}) => {
    const operations = operationsIn(params.query);
    const named = operations.find((each) => each.name === operationName);
    const { kind, name } = named ?? operations[0];
    const asked = { ...params, operationName: named || operations.length > 1 ? operationName : name || undefined };
    if (kind === "subscription") {
      return clientFor(headers).iterate(asked);
    }
    return fetch(url, {
      method: "POST",
      headers: {
        "Content-Type": "application/json",
        Accept: "application/graphql-response+json, application/json;q=0.9",
        ...headers,
      },
      body: JSON.stringify(asked),
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
  const link = new URLSearchParams(window.location.search);
  const linked = link.get("query")
    ? [{ query: link.get("query"), variables: link.get("variables") ?? undefined, headers: tabs[0]?.headers }]
    : [];
  const all = [...linked, ...tabs];
  // GraphiQL takes the query of the first tab from the tabs, its headers from the defaults, and its variables from storage only.
  if (all[0]?.variables) {
    storage.setItem("graphiql:variables", all[0].variables);
  }

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
