// The built page in a real Chromium: an officer reviews, a unit reports a month. JIUYE_URL,
// JIUYE_PASSWORD and CHROMIUM say where, how and in what; pictures are left in pictures/.
import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname } from 'node:path';
import { chromium } from 'playwright-core';

const { JIUYE_URL, JIUYE_PASSWORD, CHROMIUM } = process.env;
const PAGE = 'http://localhost:5173';
const PATIENCE_MS = 15_000;
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript', '.css': 'text/css' };
const WIDE = { viewport: { width: 1200, height: 800 }, locale: 'zh-CN' };

const server = createServer(({ url }, response) => {
  const file = url === '/' ? '/index.html' : url;
  if (!/^\/[\w.]+$/.test(file)) return response.writeHead(404).end();
  response.writeHead(200, { 'Content-Type': TYPES[extname(file)] }).end(readFileSync(`dist${file}`));
}).listen(5173, 'localhost');
mkdirSync('pictures', { recursive: true });
const browser = await chromium.launch({ executablePath: CHROMIUM, args: ['--no-sandbox'] });

async function open(account, options = WIDE) {
  const context = await browser.newContext(options);
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE_MS);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.message));
  page.on('request', (request) => {
    const { origin } = new URL(request.url());
    if (![PAGE, new URL(JIUYE_URL).origin, 'null'].includes(origin)) faults.push(`asked ${request.url()}`);
  });
  await page.goto(PAGE);
  await page.getByLabel('账号').fill(account);
  await page.getByLabel('密码').fill(JIUYE_PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: '退出' }).waitFor();
  return { page, close: async () => { assert.deepEqual(faults, []); await context.close(); } };
}

const total = async (page) => Number((await page.locator('h2 small').textContent()).match(/\d+/)[0]);
async function shrinks(page, before) {
  await page.waitForFunction((count) => Number(document.querySelector('h2 small').textContent.match(/\d+/)) === count, before - 1);
}

const CHECKS = {
  async 'an officer sees the queue in Chinese, approves one and returns one with a reason'() {
    const { page, close } = await open('officer');
    await page.locator('li').first().waitFor();
    const text = await page.locator('main').innerText();
    assert.doesNotMatch(text, /\b[A-Z]{3,}(_[A-Z]+)*\b/, 'a code stands on the page');
    await page.screenshot({ path: 'pictures/queue.png' });
    let before = await total(page);
    await page.locator('button.main:enabled').first().click();
    await shrinks(page, before);
    before = await total(page);
    await page.locator('button:enabled', { hasText: '退回' }).first().click();
    await page.getByLabel('退回原因').fill('材料不清晰，请重新上传。');
    await page.getByRole('button', { name: '确认退回' }).click();
    await shrinks(page, before);
    await close();
  },

  async 'a unit fills in a month: what is wrong is told at its row, then it is saved and submitted'() {
    const { page, close } = await open('unit', { ...WIDE, colorScheme: 'dark' });
    const row = page.locator('li').filter({ has: page.locator('input:enabled') }).first();
    await row.waitFor();
    for (const [label, value] of [['出勤天数', '40'], ['实发工资（元）', '3600.00'], ['保险费（元）', '12.00']]) {
      for (const field of await page.locator('li input:enabled').and(page.getByLabel(label)).all()) await field.fill(value);
    }
    await page.getByRole('button', { name: '保存' }).click();
    await row.getByRole('alert').first().waitFor();
    await page.screenshot({ path: 'pictures/month-refused.png' });
    for (const field of await page.locator('li input:enabled').and(page.getByLabel('出勤天数')).all()) await field.fill('21');
    await page.getByRole('button', { name: '保存' }).click();
    await page.getByText('已保存。').waitFor();
    await page.getByRole('button', { name: '提交审核' }).click();
    await page.getByText('已提交审核。').waitFor();
    await page.screenshot({ path: 'pictures/month.png' });
    await close();
  },

  async 'on a phone of 390 px nothing hangs over'() {
    const { page, close } = await open('officer', { viewport: { width: 390, height: 844 }, locale: 'zh-CN', isMobile: true, hasTouch: true });
    await page.locator('li').first().waitFor();
    assert.equal(await page.evaluate(() => document.scrollingElement.scrollWidth), 390);
    await page.screenshot({ path: 'pictures/phone.png' });
    await close();
  },
};

let failed = 0;
for (const [name, check] of Object.entries(CHECKS)) {
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
server.close();
console.log(`codegen=${failed ? 'failed' : 'ok'}`);
process.exitCode = failed ? 1 : 0;
