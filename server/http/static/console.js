'use strict';
Object.assign(WORDS.zh, {
  ask: '查询', answer: '结果', schema: '接口文档', run: '执行', stop: '停止', variables: '变量（JSON）', search: '搜索类型、字段、说明', stopped: '已停止。',
  keys: 'Ctrl-Enter 执行；Tab 缩进，按 Esc 后 Tab 移出。令牌只保存在本页内存中。', found: '搜索结果', nothing: '没有结果。',
  badVariables: '变量不是 JSON 对象。', noSchema: '登录后可查看接口文档。',
  fields: '字段', arguments: '参数', values: '取值', inputs: '输入字段', implements: '实现接口', possible: '可能类型', start: '入口', types: '全部类型',
});
Object.assign(WORDS.en, {
  ask: 'Query', answer: 'Answer', schema: 'Schema', run: 'Run', stop: 'Stop', variables: 'Variables (JSON)', search: 'Search types, fields, descriptions', stopped: 'Stopped.',
  keys: 'Ctrl-Enter runs; Tab indents, Esc then Tab leaves. The token is kept in this page’s memory only.', found: 'Found', nothing: 'Nothing found.',
  badVariables: 'The variables are no JSON object.', noSchema: 'Sign in to read the schema.',
  fields: 'Fields', arguments: 'Arguments', values: 'Values', inputs: 'Input fields', implements: 'Implements', possible: 'Possible types', start: 'Start here', types: 'All types',
});
const INTROSPECTION = `query Introspection { __schema { queryType { name } mutationType { name } subscriptionType { name }
  types { kind name description interfaces { name } possibleTypes { name } inputFields { ...Value }
    fields(includeDeprecated: true) { name description deprecationReason args { ...Value } type { ...Ref } }
    enumValues(includeDeprecated: true) { name description } } } }
fragment Value on __InputValue { name description defaultValue type { ...Ref } }
fragment Ref on __Type { kind name ofType { kind name ofType { kind name ofType { kind name } } } }`;
let running = null;

// --- asking ---------------------------------------------------------------------------------
async function run() {
  if (running) return running.abort();
  let variables = null;
  try {
    variables = JSON.parse($('variables').value.trim() || 'null');
    if (typeof variables !== 'object' || Array.isArray(variables)) throw new SyntaxError();
  } catch { return show('', words('badVariables'), 'bad'); }
  const operationName = $('operations').hidden ? undefined : $('operations').value;
  running = new AbortController();
  nameControls();
  show('', '…', '');
  const began = performance.now();
  try {
    await refreshed();
    const { status, text } = await post({ query: $('query').value, variables, operationName }, { signal: running.signal });
    const took = Math.round(performance.now() - began);
    const answer = JSON.parse(text);
    show(JSON.stringify(answer, null, 2), `HTTP ${status} · ${took} ms · ${(new Blob([text]).size / 1024).toFixed(1)} KB`, answer.errors ? 'bad' : 'good');
    if (status === 401) await end();
  } catch (error) {
    show('', words(error.name === 'AbortError' ? 'stopped' : 'unreachable'), 'bad');
  }
  running = null;
  nameControls();
}

function show(text, status, kind) {
  const parts = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\d[\d.eE+-]*)/);
  const kinds = (part) => part.endsWith(':') ? 'key' : part.startsWith('"') ? 'text' : 'other';
  $('result').replaceChildren(...parts.map((part, n) => n % 2 ? make('span', { className: kinds(part), textContent: part }) : part));
  $('status').value = status;
  $('status').className = kind;
  turn('answer');
}

// --- writing --------------------------------------------------------------------------------
const named = (text) => {
  const bare = text.replace(/"""[^]*?"""|"(?:[^"\\\n]|\\.)*"|#.*/g, ' ');
  let depth = 0;
  return [...bare.matchAll(/[{}]|\b(?:query|mutation|subscription)\s+(\w+)/g)].filter(([token]) => {
    depth += token === '{' ? 1 : token === '}' ? -1 : 0;
    return depth === 0 && token !== '}';
  }).map(([, name]) => name);
};
function offer() {
  const names = named($('query').value);
  const chosen = $('operations').value;
  $('operations').hidden = names.length < 2;
  $('operations').replaceChildren(...names.map((name) => make('option', { textContent: name, selected: name === chosen })));
}
function take({ query, variables }) {
  $('query').value = query;
  $('query').setSelectionRange(0, 0);
  $('query').scrollTop = 0;
  $('variables').value = variables;
  offer();
}
let leaving = false; // after Esc, Tab moves on to the next control
for (const area of [$('query'), $('variables')]) {
  area.addEventListener('keydown', (event) => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); run(); }
    if (event.key === 'Tab' && !event.shiftKey && !leaving) { event.preventDefault(); document.execCommand('insertText', false, '  '); }
    leaving = event.key === 'Escape';
  });
}
$('query').addEventListener('input', offer);
$('run').addEventListener('click', run);
$('examples').addEventListener('change', (event) => { take(EXAMPLES[event.target.value]); event.target.value = ''; });

// --- the schema -----------------------------------------------------------------------------
let types = new Map();
let roots = [];
const trail = [];
const link = (name, at) => make('button', { textContent: at ? `${name}.${at}` : name, onclick: () => go(name, at) });
const spelled = (type) => type.kind === 'NON_NULL' ? [...spelled(type.ofType), '!'] : type.kind === 'LIST' ? ['[', ...spelled(type.ofType), ']'] : [link(type.name)];
const value = (given) => [`${given.name}: `, ...spelled(given.type), given.defaultValue && given.defaultValue !== 'null' ? ` = ${given.defaultValue}` : ''];
const entry = (code, description, className = 'entry') => make('div', { className }, make('code', {}, ...code), make('p', { textContent: description ?? '' }));
const group = (title, entries) => entries?.length ? [make('h3', { textContent: words(title) }), ...entries] : [];

function field(of, at) {
  const given = (of.args ?? []).map((argument) => make('span', { className: 'argument', title: argument.description ?? '' }, ...value(argument)));
  const code = [of.name, ...(given.length ? ['(', ...given, ')'] : []), ': ', ...spelled(of.type)];
  return entry(code, [of.description, of.deprecationReason].filter(Boolean).join(' — '), of.name === at ? 'entry here' : 'entry');
}
function typePage(type, at) {
  return [
    make('h2', { textContent: type.name }), make('p', { textContent: `${type.kind} — ${type.description ?? ''}` }),
    ...group('implements', type.interfaces?.map(({ name }) => entry([link(name)]))),
    ...group('fields', type.fields?.map((of) => field(of, at))),
    ...group('inputs', type.inputFields?.map((of) => entry(value(of), of.description))),
    ...group('values', type.enumValues?.map((of) => entry([of.name], of.description))),
    ...group('possible', type.possibleTypes?.map(({ name }) => entry([link(name)], types.get(name)?.description))),
  ];
}
function startPage() {
  const listed = [...types.values()].filter(({ name }) => !name.startsWith('__') && !roots.includes(name));
  const lines = (names) => names.map((name) => entry([link(name)], types.get(name).description));
  return [...group('start', lines(roots)), ...group('types', lines(listed.map(({ name }) => name).sort()))];
}
function searchPage(text) {
  const hit = (of) => `${of.name} ${of.description ?? ''}`.toLowerCase().includes(text);
  const found = [...types.values()].filter(({ name }) => !name.startsWith('__')).flatMap((type) => [
    ...(hit(type) ? [entry([link(type.name)], type.description)] : []),
    ...[...(type.fields ?? []), ...(type.inputFields ?? []), ...(type.enumValues ?? [])].filter(hit).map((of) => entry([link(type.name, of.name)], of.description)),
  ]);
  return group('found', found.length ? found.slice(0, 100) : [make('p', { textContent: words('nothing') })]);
}
function browse() {
  const text = $('search').value.trim().toLowerCase();
  const here = trail.at(-1);
  $('back').disabled = !here && !text;
  const shown = text ? searchPage(text) : here ? typePage(types.get(here.name), here.at) : startPage();
  $('page').replaceChildren(...(types.size ? shown : [make('p', { textContent: words('noSchema') })]));
  $('page').scrollTop = 0;
  $('page').querySelector('.here')?.scrollIntoView({ block: 'center' });
}
function go(name, at) { $('search').value = ''; trail.push({ name, at }); browse(); }
async function learn() {
  const { data } = JSON.parse((await post({ query: INTROSPECTION })).text);
  if (data) {
    const { queryType, mutationType, subscriptionType } = data.__schema;
    types = new Map(data.__schema.types.map((type) => [type.name, type]));
    roots = [queryType, mutationType, subscriptionType].filter(Boolean).map(({ name }) => name);
  }
  browse();
}
$('search').addEventListener('input', browse);
$('back').addEventListener('click', () => { if ($('search').value) $('search').value = ''; else trail.pop(); browse(); });

// --- the page's own words -------------------------------------------------------------------
function turn(pane) {
  document.body.dataset.pane = pane;
  for (const button of document.querySelectorAll('nav button')) button.ariaPressed = String(button.value === pane);
}
function nameControls() {
  $('run').textContent = `${running ? '■' : '▶'} ${words(running ? 'stop' : 'run')}`;
  $('search').placeholder = $('search').ariaLabel = words('search');
  $('query').ariaLabel = $('operations').ariaLabel = words('ask');
}
document.addEventListener('language:changed', () => { nameControls(); browse(); });
document.addEventListener('session:changed', () => {
  if (!session) show('', '—', '');
  learn().catch(browse);
});
for (const button of document.querySelectorAll('nav button')) button.addEventListener('click', () => turn(button.value));
speak();
turn('ask');
take(EXAMPLES[0]);
learn().catch(browse);
