// Upload, job, chat through the unmodified Node client; prints what came back as JSON.
import OpenAI, { toFile } from "openai";

const client = new OpenAI(); // OPENAI_BASE_URL and OPENAI_API_KEY come from the environment
const row = (n) =>
  JSON.stringify({
    messages: [
      { role: "user", content: `What follows number ${n}?` },
      { role: "assistant", content: `number ${n + 1}` },
    ],
  });
const data = Array.from({ length: 12 }, (_, n) => row(n)).join("\n");

const file = await client.files.create({
  file: await toFile(Buffer.from(data), "train.jsonl"),
  purpose: "fine-tune",
});
let job = await client.fineTuning.jobs.create({
  model: "gpt-4o-mini",
  training_file: file.id,
  hyperparameters: { n_epochs: 1, batch_size: 12 },
});
while (!["succeeded", "failed", "cancelled"].includes(job.status)) {
  await new Promise((resolve) => setTimeout(resolve, 200));
  job = await client.fineTuning.jobs.retrieve(job.id);
}
const events = [];
for await (const event of client.fineTuning.jobs.listEvents(job.id)) events.push(event.message);

const ask = { model: job.fine_tuned_model, messages: [{ role: "user", content: "Hi" }], max_tokens: 4 };
const answer = await client.chat.completions.create(ask);
let chunks = 0;
for await (const chunk of await client.chat.completions.create({ ...ask, stream: true })) chunks += chunk.choices.length;

const schema = {
  type: "object",
  properties: { gate: { type: "string", enum: ["north", "south"] } },
  required: ["gate"],
  additionalProperties: false,
};
const tool = { type: "function", function: { name: "open_gate", parameters: schema, strict: true } };
const called = await client.chat.completions.create({
  ...ask,
  max_tokens: 60,
  tools: [tool],
  tool_choice: "required",
  parallel_tool_calls: false,
});
const formed = await client.chat.completions.parse({
  ...ask,
  max_tokens: 60,
  response_format: { type: "json_schema", json_schema: { name: "gate", schema, strict: true } },
});
const streamed = client.chat.completions.stream({
  ...ask,
  max_tokens: 60,
  tools: [tool],
  tool_choice: { type: "function", function: { name: "open_gate" } },
});
const responded = await client.responses.create({
  model: ask.model,
  input: "Hi",
  max_output_tokens: 60,
  tools: [{ type: "function", name: "open_gate", parameters: schema, strict: true }],
  tool_choice: "required",
  parallel_tool_calls: false,
});
const gates = [
  called.choices[0].message.tool_calls[0].function.arguments,
  formed.choices[0].message.content,
  (await streamed.finalChatCompletion()).choices[0].message.tool_calls[0].function.arguments,
  responded.output[0].arguments,
].map((text) => JSON.parse(text).gate);

let refused = null;
try {
  await client.fineTuning.jobs.retrieve("ftjob-unknown");
} catch (error) {
  refused = { status: error.status, code: error.code };
}
console.log(
  JSON.stringify({ status: job.status, events, finish: answer.choices[0].finish_reason, chunks, refused, gates }),
);
