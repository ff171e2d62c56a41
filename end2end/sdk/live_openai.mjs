// OpenAI's library for Node as a program of the real server.
import { BASE, KEY, POOR_KEY, library, refused, same } from './live.mjs';

const { default: OpenAI } = await library('openai');
const client = new OpenAI({ baseURL: `${BASE}/v1`, apiKey: KEY, maxRetries: 0 });
const ask = (text) => [{ role: 'user', content: text }];
const create = (model, text, more = {}) => client.chat.completions.create({ model, messages: ask(text), ...more });

const whole = await create('plain', 'Hello Node');
same(whole.choices[0].message.content, 'You said: Hello Node');
let said = '';
for await (const chunk of await create('claude', 'Hello pieces', { stream: true })) {
    said += chunk.choices[0]?.delta?.content ?? '';
}
same(said, 'You said: Hello pieces');

const parameters = { type: 'object', properties: { city: { type: 'string' } } };
const tools = [{ type: 'function', function: { name: 'weather', description: 'A tool.', parameters } }];
const stream = client.chat.completions.stream({ model: 'calls', messages: ask('How is it, Node?'), tools });
const message = (await stream.finalChatCompletion()).choices[0].message;
const call = message.tool_calls[0];
same(JSON.parse(call.function.arguments), { city: 'Oslo' });
const lines = [...ask('How is it, Node?'), message, { role: 'tool', tool_call_id: call.id, content: 'cold' }];
const told = await client.chat.completions.create({ model: 'calls', messages: lines, tools });
same(told.choices[0].message.content, 'It is cold.');

const response = await client.responses.create({ model: 'plain', input: 'Hello response', store: false });
same(response.output_text, 'You said: Hello response');
let delta = '';
for await (const event of await client.responses.create({ model: 'plain', input: 'Events', store: false, stream: true })) {
    if (event.type === 'response.output_text.delta') delta += event.delta;
}
same(delta, 'You said: Events');
const vectors = await client.embeddings.create({ model: 'vectors', input: ['one', 'two'] });
same(vectors.data.map((one) => [...one.embedding]), [[0.5, -0.25, 1], [0.5, -0.25, 1]]);

for (const [model, kind, code] of [
    ['limited', 'RateLimitError', 'rate_limit_exceeded'],
    ['unavailable', 'InternalServerError', 'service_unavailable'],
    ['revoked', 'InternalServerError', 'provider_refused'],
    ['of-nobody', 'NotFoundError', 'model_not_found'],
    ['too-long', 'BadRequestError', 'context_length_exceeded'],
]) {
    same((await refused(kind, create(model, 'Well?'))).code, code);
}
await refused('AuthenticationError', client.withOptions({ apiKey: 'sk-somebody-elses' }).models.list());
const poor = client.withOptions({ apiKey: POOR_KEY });
const spent = poor.chat.completions.create({ model: 'plain', messages: ask('Well?') });
same((await refused('RateLimitError', spent)).code, 'insufficient_quota');

const talk = await create('forever', 'Talk', { stream: true });
for await (const _ of talk) break;
const controller = new AbortController();
setTimeout(() => controller.abort(), 200);
const waited = client.chat.completions.create({ model: 'forever', messages: ask('Talk on') }, { signal: controller.signal });
await refused('APIUserAbortError', waited);
