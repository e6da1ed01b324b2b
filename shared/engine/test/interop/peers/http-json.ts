const REQUEST_TIMEOUT_MS = 60_000;

/** `fetch`, of this process or of a network namespace. */
export type Fetcher = (url: string, init?: RequestInit) => Promise<Response>;

/** One request to a client's local control port. Any status but 2xx is an error that says what came back. */
export async function request(url: string, init: RequestInit = {}, fetcher: Fetcher = fetch): Promise<Response> {
  const response = await fetcher(url, { ...init, signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS) });
  if (!response.ok) throw new Error(`${url}: ${response.status} ${await response.text()}`);
  return response;
}

/** JSON-RPC as aria2 speaks it (2.0), with positional parameters. */
export async function jsonRpc(url: string, method: string, params: readonly unknown[]): Promise<unknown> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
  });
  const reply = (await response.json()) as { readonly result?: unknown; readonly error?: { readonly message: string } };
  if (reply.error) throw new Error(`${method}: ${reply.error.message}`);
  return reply.result;
}
