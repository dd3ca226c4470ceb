// Opens GraphiQL in a headless browser, runs its first tab, its second, and a query from a link, and prints what was seen as JSON.
// Arguments: the browser's path, the page's address, a text to expect in the first result, a text to expect in the second.
import { chromium } from 'playwright-core';

const [executablePath, address, first, second] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
const page = await browser.newPage();
const seen = { complaints: [], violations: [], foreign: [], stored: [] };

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

const run = async (expected) => {
  await page.click('.graphiql-execute-button');
  const result = page.locator('.result-window .CodeMirror-code').filter({ hasText: expected });
  await result.waitFor({ timeout: 15_000 });
  return (await result.innerText()).replace(/\s+/g, ' ');
};

try {
  await page.goto(address);
  await page.waitForSelector('.graphiql-execute-button');
  await page.waitForSelector('.graphiql-doc-explorer-error, .graphiql-spinner', { state: 'detached', timeout: 15_000 });
  seen.tabs = await page.locator('.graphiql-tab').count();
  seen.result = await run(first);
  await page.locator('.graphiql-tab button').nth(await secondTab(page)).click();
  seen.stream = await run(second);
  await page.goto(`${address}?query=${encodeURIComponent('{ linked: __typename }')}`);
  seen.linked = await run('linked');
  seen.stored = await page.evaluate(() => Object.entries(window.localStorage).map((entry) => entry.join('=')));
} finally {
  await browser.close();
}
console.log(JSON.stringify(seen));

// Each tab has a button with its title and one that closes it.
async function secondTab(page) {
  const titles = await page.locator('.graphiql-tab button').evaluateAll((all) => all.map((each) => each.getAttribute('aria-label')));
  return titles.findIndex((label, index) => index > 0 && label !== 'Close Tab');
}
