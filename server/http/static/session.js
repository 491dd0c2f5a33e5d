'use strict';
// Who asks, in which language, and by which requests: what both pages at /graphql stand on.
const WORDS = {
  zh: {
    signIn: '登录', signOut: '退出', account: '账号', password: '密码', code: '验证码', examples: '示例查询…', otherRoles: '其他角色的示例',
    unreachable: '无法连接服务。', ended: '登录已失效，请重新登录。', codeAsked: '请输入验证器中的验证码。',
  },
  en: {
    signIn: 'Sign in', signOut: 'Sign out', account: 'Account', password: 'Password', code: 'Code', examples: 'Example queries…', otherRoles: 'For other roles',
    unreachable: 'The service cannot be reached.', ended: 'The session has ended. Please sign in again.', codeAsked: 'Enter the code of your authenticator.',
  },
};
const SESSION_FIELDS = `... on SessionPayload { accessToken expiresAt refreshToken } ... on Problem { message cure }`;
const SESSION_REQUESTS = {
  signIn: `mutation ($input: CredentialsInput!) { answer: signIn(input: $input) { ${SESSION_FIELDS} ... on SignInChallengePayload { challenge } } }`,
  completeSignIn: `mutation ($input: SignInCompletionInput!) { answer: completeSignIn(input: $input) { ${SESSION_FIELDS} } }`,
  refreshSession: `mutation ($input: RefreshInput!) { answer: refreshSession(input: $input) { ${SESSION_FIELDS} } }`,
};
const REFRESH_BEFORE_MS = 30_000;

const $ = (id) => document.getElementById(id);
const make = (tag, properties, ...children) => {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
};
let language = /^zh/i.test(navigator.language) ? 'zh' : 'en';
let session = null; // in memory only: gone when the page is
let viewer = null;
let challenge = null;
const words = (name) => WORDS[language][name];
const notify = (text) => { $('notice').textContent = text; };
const tell = (event) => document.dispatchEvent(new Event(event));

async function post(body, { signal, authorized = true, headers = {} } = {}) {
  const sent = { 'Content-Type': 'application/json', 'Accept-Language': language, ...headers };
  sent.Accept = 'application/graphql-response+json, application/json;q=0.9';
  if (authorized && session) sent.Authorization = `Bearer ${session.accessToken}`;
  const response = await fetch(location.pathname, { method: 'POST', headers: sent, body: JSON.stringify(body), signal });
  return { status: response.status, text: await response.text() };
}

async function start(request, input) {
  const { text } = await post({ query: SESSION_REQUESTS[request], variables: { input } }, { authorized: false });
  const { data, errors } = JSON.parse(text);
  const answer = data?.answer ?? errors[0];
  session = answer.accessToken ? answer : null;
  challenge = answer.challenge ?? null;
  return answer;
}

let refreshing = null; // one at a time: a token that is sent twice is a sign of theft
function refreshed() {
  if (!session || Date.parse(session.expiresAt) - Date.now() > REFRESH_BEFORE_MS) return Promise.resolve();
  refreshing ??= start('refreshSession', { refreshToken: session.refreshToken })
    .then(() => session ? tell('session:refreshed') : end())
    .finally(() => { refreshing = null; });
  return refreshing;
}

async function end() {
  session = null;
  await introduce();
  notify(words('ended'));
}

async function introduce() {
  const { data } = session ? JSON.parse((await post({ query: '{ viewer { name role regionName functions } }' })).text) : {};
  viewer = data?.viewer ?? null;
  showWho();
  tell('session:changed');
}

function showWho() {
  $('sign-in').hidden = Boolean(session || challenge);
  $('second-step').hidden = !challenge;
  $('signed-in').hidden = !session;
  $('who').textContent = viewer ? [viewer.name, viewer.regionName, viewer.role].filter(Boolean).join(' · ') : '';
}

async function signIn(request, input, secret) {
  try {
    const answer = await start(request, input);
    notify(challenge ? words('codeAsked') : session ? '' : [answer.message, answer.cure].filter(Boolean).join(' '));
    if (session || challenge) secret.value = '';
    if (session) await introduce(); else showWho();
    if (challenge) $('second-step').elements.code.focus();
  } catch { notify(words('unreachable')); }
}
$('sign-in').addEventListener('submit', (event) => {
  event.preventDefault();
  const { account, password } = event.target.elements;
  signIn('signIn', { account: account.value, password: password.value }, password);
});
$('second-step').addEventListener('submit', (event) => {
  event.preventDefault();
  const { code } = event.target.elements;
  signIn('completeSignIn', { challenge, code: code.value }, code);
});
$('sign-out').addEventListener('click', async () => {
  await post({ query: 'mutation { signOut { __typename } }' }).catch(() => null);
  session = null;
  await introduce();
});

// --- examples: "# Chinese | English | ROLES", then the variables as a comment, then the query -------
const EXAMPLES = $('example-queries').textContent.trim().split(/\n\n(?=#)/).map((text) => {
  const [title, ...rest] = text.split('\n');
  const variables = rest[0].startsWith('# {') ? rest.shift().slice(2) : '';
  const [zh, en, roles = ''] = title.slice(2).split('|').map((part) => part.trim());
  return { zh, en, roles: roles.split(' ').filter(Boolean), query: `${rest.join('\n')}\n`, variables };
});
function offerExamples() {
  const fits = ({ roles }) => !viewer || !roles.length || roles.includes(viewer.role);
  const option = (example) => make('option', { value: EXAMPLES.indexOf(example), textContent: example[language] });
  const others = EXAMPLES.filter((example) => !fits(example));
  const group = others.length ? [make('optgroup', { label: words('otherRoles') }, ...others.map(option))] : [];
  $('examples').replaceChildren(make('option', { value: '', textContent: words('examples') }), ...EXAMPLES.filter(fits).map(option), ...group);
}
document.addEventListener('session:changed', offerExamples);

// --- the page's own words ---------------------------------------------------------------------------
function speak() {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  for (const part of document.querySelectorAll('[data-words]')) part.textContent = words(part.dataset.words);
  for (const input of document.querySelectorAll('header form input')) input.placeholder = input.ariaLabel = words(input.name);
  for (const button of $('languages').children) button.ariaPressed = String(button.value === language);
  $('examples').ariaLabel = words('examples');
  offerExamples();
  tell('language:changed');
}
for (const button of $('languages').children) button.addEventListener('click', () => { language = button.value; speak(); });
