import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A page of the open web, on loopback. */
export class WebPage {
  readonly #server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(this.body);
  });

  private constructor(private readonly body: string | Uint8Array) {}

  static async serve(body: string | Uint8Array): Promise<WebPage> {
    const page = new WebPage(body);
    await new Promise<void>((resolve) => page.#server.listen({ port: 0, host: '127.0.0.1' }, resolve));
    return page;
  }

  /** A page with one link called `magnet`. */
  static withLink(magnet: string): Promise<WebPage> {
    const href = magnet.replaceAll('&', '&amp;').replaceAll('"', '&quot;');
    return WebPage.serve(
      `<!doctype html><title>A web page</title><h1>Files</h1><a id="magnet" href="${href}">magnet</a>`,
    );
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeAllConnections();
    });
  }
}
