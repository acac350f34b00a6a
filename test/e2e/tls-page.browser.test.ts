import { expect, onTestFinished, test } from 'vitest';
import { guardedPage, launchBrowser } from '../support/browser.ts';
import { Certificates } from '../support/certificates.ts';
import { startServerProcess } from '../support/server-process.ts';
import { Viewer } from '../support/viewer.ts';

test('a page that came over https speaks over wss, and is kept by a new certificate', async () => {
  const certificates = await Certificates.make();
  const ca = await certificates.pem();
  const server = await startServerProcess({ LOG_LEVEL: 'info', ...certificates.environment });
  const browser = await launchBrowser();
  onTestFinished(async () => {
    await browser.close();
    await server.stop();
    await certificates.remove();
  });
  const problems: string[] = [];
  const context = await browser.newContext({ ignoreHTTPSErrors: true });
  const page = await guardedPage(context, { origin: server.url, problems });
  const sockets: string[] = [];
  page.on('websocket', (socket) => {
    sockets.push(socket.url());
    socket.on('close', () => problems.push('the WebSocket was closed'));
  });
  await page.goto(`${server.url}/watch/r`);
  const viewer = await Viewer.join(server.url, 'r', { ca });
  await expect.poll(() => page.getByTestId('state-pill').textContent()).toBe('Live');
  await viewer.command({ comment: { text: 'over TLS' } });
  await expect.poll(() => page.getByTestId('chat-list').textContent()).toContain('over TLS');

  await certificates.renew({ serial: 2 });
  server.process.kill('SIGHUP');
  await expect.poll(() => server.log.join('\n')).toContain('"serial":"02"');
  await viewer.command({ comment: { text: 'after renewal' } });
  await expect.poll(() => page.getByTestId('chat-list').textContent()).toContain('after renewal');
  expect(sockets).toEqual([expect.stringContaining(server.url.replace('https', 'wss'))]);
  expect(problems).toEqual([]);
});
