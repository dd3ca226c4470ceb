// Opens the page that describes the REST API in a headless browser, unfolds one operation, asks it, and prints what was seen as JSON.
// Arguments: the browser's path, the page's address, the id of the operation to try.
import { chromium } from 'playwright-core';

const [executablePath, address, operation] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
const seen = { complaints: [], violations: [], foreign: [] };

page.on('console', (message) => ['error', 'warning'].includes(message.type()) && seen.complaints.push(message.text()));
page.on('pageerror', (error) => seen.complaints.push(String(error)));
page.on('request', (request) => {
  if (!request.url().startsWith('data:') && new URL(request.url()).host !== new URL(address).host) {
    seen.foreign.push(request.url());
  }
});
await page.exposeFunction('noteViolation', (text) => seen.violations.push(text));
await page.addInitScript(() => {
  document.addEventListener('securitypolicyviolation', (event) => window.noteViolation(`${event.violatedDirective} ${event.blockedURI}`));
});

try {
  await page.goto(address);
  await page.waitForSelector('.opblock');
  seen.title = await page.locator('.info .title').innerText();
  seen.operations = await page.locator('.opblock').count();
  const block = page.locator(`.opblock[id$="-${operation}"]`);
  await block.locator('.opblock-summary-control').first().click();
  await block.locator('.try-out__btn').click();
  await block.locator('.execute').click();
  const status = block.locator('.live-responses-table .response-col_status').nth(1);
  await status.waitFor({ timeout: 15_000 });
  seen.status = (await status.innerText()).trim();
  seen.body = (await block.locator('.live-responses-table .response-col_description').nth(1).innerText()).replace(/\s+/g, ' ');
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));
