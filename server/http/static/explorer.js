'use strict';
// GraphiQL, with what this service adds: who asks, renewed tokens, the counter, plans, subscriptions.
Object.assign(WORDS.zh, { onBehalfOf: '代办单位', plan: '附执行计划', stopped: '连接已关闭：' });
Object.assign(WORDS.en, { onBehalfOf: 'On behalf of', plan: 'With the plan', stopped: 'The socket was closed: ' });
const KEEP_FRESH_MS = 10_000;
const { buildClientSchema, getIntrospectionQuery, getOperationAST, parse } = GraphiQL.GraphQL;

// GraphiQL renders descriptions as Markdown, without HTML of theirs: nothing but these tags comes of it.
const TAGS = /<(?:\/?(?:p|strong|em|s|code|pre|ul|ol|li|blockquote|h[1-6]|table|thead|tbody|tr|th|td)|[bh]r|a href="https?:[^"<>]*"|\/a|code class="[\w-]*")>/g;
const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');
const createHTML = (html) => html.replace(TAGS, '').includes('<') ? escaped(html) : html;
window.trustedTypes?.createPolicy('default', { createHTML });
window.__webpack_nonce__ = document.currentScript.nonce; // for the one style that a menu adds while it is open

// --- asking -----------------------------------------------------------------------------------------
function fetcher({ query, variables, operationName }, { headers } = {}) {
  const operation = findOperation(query, operationName);
  const body = { query, variables, operationName: operation?.name?.value };
  if ($('plan').checked) body.extensions = { plan: true };
  return { subscribe: (observer) => operation?.operation === 'subscription' ? listen(body, observer) : ask(body, headers, observer) };
}

// What GraphiQL knows of a text lags behind its editor: a name of the text before is none.
function findOperation(query, name) {
  try {
    const document = parse(query);
    return getOperationAST(document, name) ?? getOperationAST(document);
  } catch { return null; } // the service says what is wrong with it
}

function ask(body, headers, observer) {
  const stop = new AbortController();
  answer(body, { ...counterHeader(), ...headers }, stop.signal).then(
    (result) => { observer.next(result); observer.complete(); },
    (error) => observer.error(error.name === 'AbortError' ? error : { message: words('unreachable') }),
  );
  return { unsubscribe: () => stop.abort() };
}

async function answer(body, headers, signal) {
  const began = performance.now();
  await refreshed();
  const { status, text } = await post(body, { headers, signal });
  const took = Math.round(performance.now() - began);
  const result = JSON.parse(text);
  $('status').value = `HTTP ${status} · ${took} ms · ${(new Blob([text]).size / 1024).toFixed(1)} KB`;
  $('status').className = result.errors ? 'bad' : 'good';
  if (status === 401) await end();
  return result;
}

function counterHeader() {
  const unit = $('on-behalf-of').value.trim();
  return unit && !$('counter').hidden ? { 'Jiuye-On-Behalf-Of': unit } : {};
}

// One socket for each subscription; a new token goes to it before the old one ends.
function listen(body, observer) {
  const address = new URL(location.pathname, location.href);
  address.protocol = address.protocol.replace('http', 'ws');
  const socket = new WebSocket(address, 'graphql-transport-ws');
  const say = (message) => socket.readyState === WebSocket.OPEN && socket.send(JSON.stringify(message));
  const token = () => session ? { authorization: `Bearer ${session.accessToken}` } : {};
  const renew = () => say({ type: 'ping', payload: token() });
  const fresh = setInterval(() => refreshed().catch(() => null), KEEP_FRESH_MS);
  let over = false;
  const finish = () => {
    if (over) return;
    over = true;
    clearInterval(fresh);
    document.removeEventListener('session:refreshed', renew);
    socket.close(1000);
  };
  document.addEventListener('session:refreshed', renew);
  const reactions = {
    connection_ack: () => say({ id: '1', type: 'subscribe', payload: body }),
    ping: () => say({ type: 'pong' }),
    next: ({ payload }) => observer.next(payload),
    error: ({ payload }) => { finish(); observer.next({ errors: payload }); observer.complete(); },
    complete: () => { finish(); observer.complete(); },
  };
  socket.onopen = () => refreshed().catch(() => null).then(() => say({ type: 'connection_init', payload: token() }));
  socket.onmessage = ({ data }) => { const message = JSON.parse(data); reactions[message.type]?.(message); };
  socket.onclose = ({ code, reason }) => {
    if (over) return;
    finish();
    observer.error({ message: `${words('stopped')}${code} ${reason}` });
  };
  return { unsubscribe: finish };
}

// --- GraphiQL ---------------------------------------------------------------------------------------
// Queries and variables may name persons: they are kept in memory alone. The theme may stay.
const THEME = 'graphiql:theme';
const memory = new Map();
const placeOf = (key) => key === THEME ? localStorage : { getItem: (k) => memory.get(k) ?? null, setItem: (k, v) => memory.set(k, v), removeItem: (k) => memory.delete(k) };
const storage = {
  get length() { return memory.size; },
  getItem: (key) => placeOf(key).getItem(key),
  setItem: (key, value) => placeOf(key).setItem(key, value),
  removeItem: (key) => placeOf(key).removeItem(key),
  clear: () => memory.clear(),
};

const TAB_LEAVES = { Tab: false, 'Shift-Tab': false }; // who has no mouse must come out of an editor again
let editors = null;
function Tools({ prettify, merge, copy }) {
  editors = GraphiQL.React.useEditorContext({ nonNull: true });
  const { queryEditor, variableEditor, headerEditor } = editors;
  React.useEffect(() => {
    for (const editor of [queryEditor, variableEditor, headerEditor]) editor?.addKeyMap(TAB_LEAVES);
  }, [queryEditor, variableEditor, headerEditor]);
  return React.createElement(React.Fragment, null, prettify, merge, copy);
}
const root = ReactDOM.createRoot($('graphiql'));
let schema = null;
function draw() {
  const toolbar = React.createElement(GraphiQL.Toolbar, null, (tools) => React.createElement(Tools, tools));
  const [first] = EXAMPLES;
  root.render(React.createElement(GraphiQL, {
    fetcher, schema, storage, defaultQuery: first.query, dangerouslyAssumeSchemaIsValid: true, showPersistHeadersSettings: false,
  }, toolbar, React.createElement(GraphiQL.Logo, null, ' ')));
}

function take({ query, variables }) {
  const unchanged = EXAMPLES.some((example) => example.query === editors.queryEditor.getValue());
  if (!unchanged && editors.queryEditor.getValue().trim()) ReactDOM.flushSync(() => editors.addTab());
  editors.queryEditor.setValue(query);
  editors.variableEditor.setValue(variables);
  editors.queryEditor.focus();
}
$('examples').addEventListener('change', (event) => {
  take(EXAMPLES[event.target.value]);
  event.target.value = '';
});

async function learn() {
  const query = getIntrospectionQuery({ inputValueDeprecation: true });
  const { data } = JSON.parse((await post({ query })).text);
  if (data) schema = buildClientSchema(data);
  draw();
}
document.addEventListener('session:changed', () => {
  const may = (name) => Boolean(viewer?.functions.includes(name));
  $('counter').hidden = !may('COUNTER_FILING');
  $('plans').hidden = !may('EXPLAIN_PLANS');
  if (!may('EXPLAIN_PLANS')) $('plan').checked = false;
  if (session && !schema) learn().catch(() => notify(words('unreachable')));
});
speak();
draw();
learn().catch(() => notify(words('unreachable')));
