// Anthropic's library for Node as a program of the real server.
import { BASE, KEY, POOR_KEY, library, refused, same } from './live.mjs';

const { default: Anthropic } = await library('@anthropic-ai/sdk');
const client = new Anthropic({ baseURL: BASE, apiKey: KEY, maxRetries: 0 });
const ask = (text) => [{ role: 'user', content: text }];
const create = (model, messages, more = {}) => client.messages.create({ model, max_tokens: 64, messages, ...more });

for (const model of ['plain', 'claude']) {
    const whole = await create(model, ask(`Hello ${model}`));
    same(whole.content[0].text, `You said: Hello ${model}`);
    const stream = client.messages.stream({ model, max_tokens: 64, messages: ask(`Pieces ${model}`) });
    same(await stream.finalText(), `You said: Pieces ${model}`);
}
const tools = [{ name: 'weather', description: 'A tool.', input_schema: { type: 'object', properties: { city: { type: 'string' } } } }];
for (const model of ['calls', 'claude-calls']) {
    const first = await create(model, ask(`How is it, ${model}?`), { tools });
    const call = first.content[0];
    same([call.name, call.input], ['weather', { city: 'Oslo' }]);
    const result = { type: 'tool_result', tool_use_id: call.id, content: 'cold' };
    const lines = [...ask(`How is it, ${model}?`), { role: 'assistant', content: first.content }, { role: 'user', content: [result] }];
    same((await create(model, lines, { tools })).content[0].text, 'It is cold.');
}
for (const [model, kind] of [
    ['limited', 'RateLimitError'],
    ['overloaded', 'OverloadedError'],
    ['of-nobody', 'NotFoundError'],
    ['too-long', 'BadRequestError'],
]) {
    await refused(kind, create(model, ask('Well?')));
}
await refused('AuthenticationError', client.withOptions({ apiKey: 'sk-ant-somebody-elses' }).models.list());
const poor = client.withOptions({ apiKey: POOR_KEY });
const error = await refused('PaymentRequiredError', poor.messages.create({ model: 'plain', max_tokens: 64, messages: ask('Well?') }));
same([error.status, error.error.error.type], [402, 'billing_error']);
const talk = client.messages.stream({ model: 'forever', max_tokens: 64, messages: ask('Talk') });
for await (const event of talk) if (event.type === 'content_block_delta') break;
talk.abort();
