import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface DemoPage {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves one page on loopback that holds `magnet` as a link with the id `magnet`, like any page on the web would. */
export async function serveDemoPage(magnet: string): Promise<DemoPage> {
  const body = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width" />
    <title>JSTorrent demo</title>
    <style>
      :root { color-scheme: light dark; font: 17px/1.5 system-ui, sans-serif; }
      main { max-width: 38rem; margin: 12vh auto; padding: 0 1rem; }
      a { font-weight: 600; }
    </style>
  </head>
  <body>
    <main>
      <h1>JSTorrent demo</h1>
      <p>A tracker and two seeders run on this machine. This is an ordinary page with an ordinary magnet link:</p>
      <p><a id="magnet" href="${escapeHtml(magnet)}">Download the demo files</a></p>
    </main>
  </body>
</html>
`;
  const server = createServer((_, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(body);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port: 0, host: '127.0.0.1' }, resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
