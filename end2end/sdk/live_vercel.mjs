// Vercel's library as a program of the real server.
import { BASE, KEY, library, same } from './live.mjs';

const { embedMany, generateObject, generateText, stepCountIs, streamText, tool } = await library('ai');
const { createOpenAICompatible } = await library('@ai-sdk/openai-compatible');
const { z } = await library('zod');
const workspace = createOpenAICompatible({ name: 'workspace', baseURL: `${BASE}/v1`, apiKey: KEY, supportsStructuredOutputs: true });

const whole = await generateText({ model: workspace('plain'), prompt: 'Hello Vercel', maxRetries: 0 });
same(whole.text, 'You said: Hello Vercel');
let said = '';
for await (const piece of streamText({ model: workspace('claude'), prompt: 'Hello pieces', maxRetries: 0 }).textStream) said += piece;
same(said, 'You said: Hello pieces');

const weather = tool({
    description: 'What it is like outside.',
    inputSchema: z.object({ city: z.string() }),
    execute: async ({ city }) => `cold in ${city}`,
});
const used = await generateText({ model: workspace('calls'), prompt: 'How is it, Vercel?', tools: { weather }, stopWhen: stepCountIs(3), maxRetries: 0 });
same([used.steps.length, used.text], [2, 'It is cold in Oslo.'.replace('cold in Oslo', used.steps[0].toolResults[0].output)]);
const schema = z.object({ name: z.string(), warm: z.boolean() });
const formed = await generateObject({ model: workspace('formed'), schema, prompt: 'Where?', maxRetries: 0 });
same(formed.object, { name: 'Oslo', warm: false });
const made = await embedMany({ model: workspace.textEmbeddingModel('vectors'), values: ['one', 'two'], maxRetries: 0 });
same(made.embeddings, [[0.5, -0.25, 1], [0.5, -0.25, 1]]);
try {
    await generateText({ model: workspace('limited'), prompt: 'Well?', maxRetries: 0 });
    throw new Error('a limit was answered');
} catch (error) {
    same([error.name, error.statusCode, error.isRetryable], ['AI_APICallError', 429, true]);
}
