// A chat-completions server that treats keys as providers do, each by what stands in it: a good
// one, a refused one, one without credit, one with few rights, one at a busy provider, and one
// whose answers stop in the middle without an end.
import { type IncomingMessage, type Server, type ServerResponse, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const refusal = (code: string, message: string) => JSON.stringify({ error: { code, type: 'invalid_request_error', message } });

export class KeyDesk {
  /** Method and path of every request that carried a key. */
  readonly signed: string[] = [];
  /** Keys that are treated as revoked from now on. */
  readonly revoked = new Set<string>();
  private readonly server: Server = createServer((request, answer) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.on('end', () => setTimeout(() => this.answer(request, answer, body), 60));
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }

  private answer(request: IncomingMessage, answer: ServerResponse, body: string): void {
    const key = (request.headers.authorization ?? '').replace('Bearer ', '');
    const send = (status: number, text: string, type = 'application/json') => {
      answer.writeHead(status, { 'content-type': type });
      answer.end(text);
    };
    if (!key) return send(404, '<html>nothing here</html>', 'text/html');
    this.signed.push(`${request.method} ${request.url}`);
    // Providers repeat the key they refuse; nobody may read that here.
    if (key.includes('-bad-') || this.revoked.has(key)) return send(401, refusal('invalid_api_key', `Incorrect API key provided: ${key}`));
    if (key.includes('-busy-')) return send(503, refusal('overloaded', 'try later'));
    if (request.url?.endsWith('/models')) {
      if (key.includes('-restricted-')) return send(403, refusal('forbidden', 'no'));
      return send(200, JSON.stringify({ data: [{ id: 'rehearsal-mini' }, { id: 'rehearsal-large' }] }));
    }
    if (key.includes('-empty-')) return send(429, refusal('insufficient_quota', 'You exceeded your current quota'));
    const asked = JSON.parse(body) as { stream?: boolean };
    const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };
    if (!asked.stream) {
      return send(200, JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'Yes' } }], usage }));
    }
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    const chunk = (choices: object[], more: object = {}) =>
      answer.write(`data: ${JSON.stringify({ id: 'k', object: 'chat.completion.chunk', created: 0, model: 'rehearsal-mini', choices, ...more })}\n\n`);
    if (key.includes('-halting-')) {
      chunk([{ index: 0, delta: { content: 'Half an answer, and then' }, finish_reason: null }]);
      return;
    }
    chunk([{ index: 0, delta: { content: 'Answered with the sealed key.' }, finish_reason: null }]);
    chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
    chunk([], { usage });
    answer.end('data: [DONE]\n\n');
  }
}
