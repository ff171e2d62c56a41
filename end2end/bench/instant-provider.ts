// An OpenAI-compatible provider that answers at once with the same paragraphs: a thousand messages
// are made in a minute, and what is measured is ours, not a model's.
import { type Server, createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

const TEXT =
  'The notice periods differ by area.\n\n| Space | Notice |\n|:--|--:|\n| Office | 12 months |\n| Storage | 3 months |\n\n' +
  '```sql\nselect space, notice from lease order by notice desc;\n```\n\nThe storage area is the only part with a **shorter** one.';

export class InstantProvider {
  private readonly server: Server = createServer((request, answer) => {
    request.resume();
    request.on('end', () => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      const chunk = (choices: object[], more: object = {}) =>
        answer.write(`data: ${JSON.stringify({ id: 'b', object: 'chat.completion.chunk', created: 0, model: 'instant', choices, ...more })}\n\n`);
      for (const part of TEXT.match(/[^]{1,60}/g) ?? []) chunk([{ index: 0, delta: { content: part }, finish_reason: null }]);
      chunk([{ index: 0, delta: {}, finish_reason: 'stop' }]);
      chunk([], { usage: { prompt_tokens: 100, completion_tokens: 80, total_tokens: 180 } });
      answer.end('data: [DONE]\n\n');
    });
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/v1`;
  }

  close(): void {
    this.server.close();
    this.server.closeAllConnections();
  }
}
