// A provider as a process of its own, so that it can be killed like one: it begins every streamed
// answer and never ends it. It prints its address, and ends by itself after three minutes.
import { createServer } from 'node:http';

const server = createServer((request, answer) => {
  let body = '';
  request.on('data', (part) => (body += part));
  request.on('end', () => {
    if (request.url?.endsWith('/models')) {
      answer.writeHead(200, { 'content-type': 'application/json' });
      answer.end(JSON.stringify({ data: [{ id: 'halting' }] }));
      return;
    }
    const asked = JSON.parse(body || '{}');
    if (!asked.stream) {
      answer.writeHead(200, { 'content-type': 'application/json' });
      const usage = { prompt_tokens: 9, completion_tokens: 1, total_tokens: 10 };
      answer.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content: 'Yes' } }], usage }));
      return;
    }
    answer.writeHead(200, { 'content-type': 'text/event-stream' });
    const choices = [{ index: 0, delta: { content: 'Half an answer, and then' }, finish_reason: null }];
    answer.write(`data: ${JSON.stringify({ id: 'h', object: 'chat.completion.chunk', created: 0, model: 'halting', choices })}\n\n`);
  });
});

server.listen(0, '127.0.0.1', () => process.stdout.write(`http://127.0.0.1:${server.address().port}/v1\n`));
setTimeout(() => process.exit(0), 180_000).unref();
