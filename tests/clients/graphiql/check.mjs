// GraphiQL as it is served, in a real Chromium that reaches no other address. JIUYE_URL and
// JIUYE_PASSWORD say where and how; CHROMIUM names the browser. Pictures are left in pictures/.
import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { chromium } from 'playwright-core';

const { JIUYE_URL, JIUYE_PASSWORD, CHROMIUM } = process.env;
const ORIGIN = new URL(JIUYE_URL).origin;
const WIDE = { viewport: { width: 1280, height: 800 }, locale: 'en-GB' };
const PHONE = { viewport: { width: 390, height: 844 }, locale: 'zh-CN', isMobile: true, hasTouch: true };
const PATIENCE_MS = 15_000;
const AFTER_NINE_AND_A_HALF_MINUTES = '09:40';

mkdirSync('pictures', { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });

// Open the page; whatever it should not do is collected and ends the check.
async function open(options) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  await context.route((url) => url.origin !== ORIGIN && url.protocol !== 'data:', (route) => {
    faults.push(`asked ${route.request().url()}`);
    return route.abort();
  });
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('console', (message) => {
    const refusal = message.text().includes('status of 400'); // the schema, before anybody signed in
    if (message.type() === 'error' && !refusal) faults.push(message.text());
  });
  await page.goto(JIUYE_URL);
  return { page, faults, close: async () => { assert.deepEqual(faults, []); await context.close(); } };
}

async function signIn(page, account) {
  await page.getByRole('textbox', { name: /^(Account|账号)$/ }).fill(account);
  await page.getByLabel(/^(Password|密码)$/).fill(JIUYE_PASSWORD);
  await page.keyboard.press('Enter');
  await page.locator('#signed-in').waitFor();
  await page.locator('#sign-in').waitFor({ state: 'hidden' });
}

const take = (page, name) => page.locator('#examples').selectOption({ label: name });
const answered = async (page, pattern) => {
  await page.waitForFunction((source) => new RegExp(source).test(document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue()), pattern.source);
  return JSON.parse(await page.evaluate(() => document.querySelector('.graphiql-response .CodeMirror').CodeMirror.getValue()));
};
const write = (page, selector, text) => page.evaluate(([where, value]) => document.querySelector(`${where} .CodeMirror`).CodeMirror.setValue(value), [selector, text]);
const run = (page) => page.locator('.graphiql-execute-button').click();

const CHECKS = {
  async 'by keyboard alone: sign in, take an example, run it, leave the editor'() {
    const { page, close } = await open(WIDE);
    const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key); };
    await press('Tab');
    await page.keyboard.type('unit');
    await press('Tab');
    await page.keyboard.type(JIUYE_PASSWORD);
    await press('Enter');
    await page.locator('#signed-in').waitFor();
    await page.locator('#examples').focus();
    await press('ArrowDown', 'Enter');
    await page.locator('.graphiql-query-editor .CodeMirror-focused').waitFor();
    await press('Control+Enter');
    const { data } = await answered(page, /"claims"/);
    assert.ok(data.claims.edges.length > 0);
    await press('Tab');
    await page.waitForFunction(() => !document.querySelector('.graphiql-query-editor').contains(document.activeElement)
      || document.activeElement.tagName === 'BUTTON');
    await page.screenshot({ path: 'pictures/wide.png' });
    await close();
  },

  async 'the schema is read: search, descriptions, completion'() {
    const { page, close } = await open(WIDE);
    await signIn(page, 'unit');
    await page.getByLabel(/Show Documentation Explorer/).click();
    await page.locator('.graphiql-doc-explorer-root-type').first().waitFor();
    await page.locator('.graphiql-doc-explorer-search input').fill('MonthlyReport');
    await page.getByRole('option', { name: 'MonthlyReport', exact: true }).first().click();
    await page.getByText('月报').first().waitFor();
    await page.locator('.graphiql-query-editor .CodeMirror').click();
    await write(page, '.graphiql-query-editor', '');
    await page.keyboard.type('{ cla');
    await page.locator('.CodeMirror-hints').getByText('claims', { exact: true }).waitFor();
    await page.screenshot({ path: 'pictures/schema.png' });
    await close();
  },

  async 'a token is renewed before it ends, once, and nothing of it is kept'() {
    const { page, close } = await open(WIDE);
    await page.clock.install();
    await signIn(page, 'unit');
    const renewals = [];
    page.on('request', (request) => { if (request.postData()?.includes('refreshSession')) renewals.push(request); });
    await page.clock.fastForward(AFTER_NINE_AND_A_HALF_MINUTES);
    await run(page);
    await page.clock.runFor(1000);
    await answered(page, /"claims"/);
    assert.equal(renewals.length, 1);
    assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).filter((key) => key !== 'graphiql:theme')), []);
    assert.equal(await page.evaluate(() => document.cookie), '');
    await close();
  },

  async 'a subscription tells, over a socket that knows who asks'() {
    const { page, close } = await open(WIDE);
    const ticket = 'mutation { requestSignInTicket { ... on SignInTicketPayload { secret } } }';
    await write(page, '.graphiql-query-editor', ticket);
    await run(page);
    const { data } = await answered(page, /"secret"/);
    const wait = 'subscription ($input: TicketSecretInput!) { signInTicket(input: $input) { __typename ... on AwaitedSessionPayload { expiresAt } } }';
    await write(page, '.graphiql-query-editor', wait);
    await write(page, '.graphiql-editor-tool', JSON.stringify({ input: { secret: data.requestSignInTicket.secret } }));
    await run(page);
    await answered(page, /"AwaitedSessionPayload"/);
    await page.locator('.graphiql-execute-button[aria-label^="Stop"]').click();
    await signIn(page, 'agent');
    await take(page, "Subscription: how far a roster's check is");
    await write(page, '.graphiql-editor-tool', JSON.stringify({ input: { id: 'Roster-unknown' } }));
    await run(page);
    const { data: told } = await answered(page, /"rosterProgress"/);
    assert.match(told.rosterProgress.message, /does not exist|no such/i);
    await close();
  },

  async 'an officer acts for a unit at the counter'() {
    const { page, close } = await open(WIDE);
    await signIn(page, 'officer');
    await take(page, 'At the counter: whom I act for (name the unit first)');
    await run(page);
    const before = await answered(page, /"atCounter"/);
    const { id, name } = before.data.units.edges[0].node;
    await page.locator('#on-behalf-of').fill(id);
    await run(page);
    const { data } = await answered(page, /"atCounter": true/);
    assert.equal(data.viewer.unit.name, name);
    await close();
  },

  async 'who may see plans sees them, nobody else is offered them'() {
    const { page, close } = await open(WIDE);
    await signIn(page, 'province');
    await page.getByLabel('With the plan').check();
    await take(page, 'Policy parameters: the minimum wage');
    await run(page);
    const { extensions } = await answered(page, /"extensions"/);
    assert.ok(extensions.plan);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.locator('#sign-in').waitFor();
    assert.equal(await page.getByLabel('With the plan').isVisible(), false);
    await close();
  },

  async 'both languages, and a wrong password told in them'() {
    const { page, close } = await open(WIDE);
    await page.getByLabel('Account').fill('unit');
    await page.getByLabel('Password').fill('wrong');
    await page.keyboard.press('Enter');
    await page.waitForFunction(() => /[a-z]{4}/.test(document.querySelector('#notice').textContent));
    await page.getByRole('button', { name: '中文' }).click();
    assert.equal(await page.getByRole('button', { name: '登录' }).isVisible(), true);
    assert.equal(await page.evaluate(() => document.documentElement.lang), 'zh-CN');
    await close();
  },

  async 'on a phone of 390 px nothing hangs over, and panes are stacked'() {
    const { page, close } = await open(PHONE);
    await signIn(page, 'officer');
    await run(page);
    await answered(page, /"claims"/);
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), 390);
    const editor = await page.locator('.graphiql-editors').boundingBox();
    const response = await page.locator('.graphiql-response').boundingBox();
    assert.ok(response.y >= editor.y + editor.height && response.width > 250);
    await page.screenshot({ path: 'pictures/phone.png', fullPage: true });
    await close();
  },

  async 'dark where the system is dark'() {
    const { page, close } = await open({ ...WIDE, locale: 'zh-CN', colorScheme: 'dark' });
    await signIn(page, 'officer');
    await run(page);
    await answered(page, /"claims"/);
    const light = await page.evaluate(() => getComputedStyle(document.body).backgroundColor.match(/\d+/g).slice(0, 3).every((part) => Number(part) > 100));
    assert.equal(light, false);
    await page.screenshot({ path: 'pictures/dark.png' });
    await close();
  },
};

let failed = 0;
const first = await open(WIDE);
const served = await first.page.locator('#graphiql').count();
if (!served) console.log('The small page is served: make explorer fetches GraphiQL.');
for (const [name, check] of served ? Object.entries(CHECKS) : []) {
  try {
    await check();
    console.log(`ok ${name}`);
  } catch (error) {
    failed += 1;
    console.log(`FAILED ${name}: ${error.message}`);
    await browser.contexts().at(-1)?.pages().at(-1)?.screenshot({ path: 'pictures/failed.png' });
  }
}
await browser.close();
console.log(`graphiql=${served && !failed ? 'ok' : 'failed'}`);
process.exitCode = served && !failed ? 0 : 1;
