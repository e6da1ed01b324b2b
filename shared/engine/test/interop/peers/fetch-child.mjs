/** Requests by HTTP, driven by JSON lines: {"id", "op": "fetch", "url", "init"} in, {"id", "result" | "error"} out. */
import { createInterface } from 'node:readline';

const TIMEOUT_MS = 10_000;

for await (const line of createInterface(process.stdin)) {
  const { id, url, init } = JSON.parse(line);
  try {
    const response = await fetch(url, { ...init, signal: AbortSignal.timeout(TIMEOUT_MS) });
    const result = { status: response.status, headers: [...response.headers], body: await response.text() };
    process.stdout.write(`${JSON.stringify({ id, result })}\n`);
  } catch (error) {
    process.stdout.write(`${JSON.stringify({ id, error: String(error) })}\n`);
  }
}
