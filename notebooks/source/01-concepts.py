# %% [markdown]
# # 01 Concepts
#
# *About 35 minutes; the machine works about 2 of them.*
#
# A language model was trained on a broad collection of text. You want accurate answers for *your* task. There are
# three ways: change the prompt, add facts to the prompt, change the model. Here you try all three on the same
# questions, and measure.
#
# **You will be able to**
# 1. measure what examples in a prompt bring, and what they cost;
# 2. give a model facts it cannot know, with retrieval;
# 3. say what fine-tuning changes inside a model;
# 4. tell supervised fine-tuning from its neighbours;
# 5. answer the four questions of this course in your own words.
#
# **You need** notebook 00.

# %%
import json

import helpers

helpers.show_mode()
client = helpers.openai_client()
MODEL = "gpt-4o-mini-2024-07-18"

# %% [markdown]
# Start the job now; it is the one of notebook 00. If you ran it there, its model is found again.

# %%
job = helpers.start_training(client, helpers.data("lines/train.jsonl"), model=MODEL, n_epochs=2)

# %% [markdown]
# ## 1 The guide in pictures
# *4 minutes.* A title panel and seven. Every link leads to where the course shows it.

# %%
helpers.show_guide()

# %% [markdown]
# ## 2 Prompt engineering
# *8 minutes.* The task: read one line of a recipe, answer with a JSON list of amount, unit and ingredient. 20 lines
# are **held out**: nobody trains on them, and no example in a prompt comes from them.

# %%
def read(name):
    lines = helpers.data(f"lines/{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


examples, test = read("examples"), read("test")
expected = [json.loads(conversation[-1]["content"]) for conversation in test]

# %% [markdown]
# **Zero-shot** is an instruction alone: explicit guidance. **Few-shot** adds worked examples: implicit guidance. Both
# are only messages.

# %%
def few_shot(n, conversation):
    system, question, _answer = conversation
    shown = [message for example in examples[:n] for message in example[1:]]
    return [system, *shown, question]


few_shot(1, test[0])

# %% [markdown]
# **Predict first:** how many examples will be enough for 20 right answers? One sweep measures 0, 1, 2, 4 and 8.

# %%
sweep = {}
for n in (0, 1, 2, 4, 8):
    prompts = [few_shot(n, conversation) for conversation in test]
    replies = helpers.ask_many(client, MODEL, prompts, max_tokens=40, label=f"{n} examples")
    sweep[n] = helpers.evaluate(replies, expected)
    print(n, "examples:", sweep[n])

# %% [markdown]
# **F1** is the share of right parts: 1 when all three are there and nothing else, 0 when none is. Move the slider (with
# the mouse, or Tab and the arrow keys): everything in it was measured by the cell above.

# %%
gpt_tokens = {n: helpers.count_tokens(few_shot(n, test[0]), MODEL) for n in sweep}
helpers.show_few_shot_slider(sweep, gpt_tokens)

# %% [markdown]
# Two limits of prompting show here. The **context window** bounds how many examples fit, and **every request pays**
# for their tokens again. What is measured is kept as evidence, for the checklist in notebook 02:

# %%
for n, result in sweep.items():
    approach = f"few-shot, {n} examples" if n else "base"
    helpers.record_evidence(task="recipe lines", approach=approach, metric="f1", value=result.f1, n=result.n,
                            tokens=result.tokens, model=MODEL)

# %% [markdown]
# ### Exercise: what examples cost
# A question has 30 tokens, an example 50. You put 8 examples into each prompt and send 1,000 requests. How many
# prompt tokens are billed? (`helpers.show_hint("01.tokens")` helps.)

# %% tags=["exercise"]
prompt_tokens = ...
helpers.check("01.tokens", prompt_tokens)

# %% tags=["solution"]
prompt_tokens = 1_000 * (30 + 8 * 50)
helpers.check("01.tokens", prompt_tokens)

# %% [markdown]
# ## 3 Retrieval (RAG)
# *6 minutes.* Some answers no prompt can bring out, because the model never read them. The Blue Kettle is a café we
# made up. **Predict first:** what does a model say about something that does not exist?

# %%
cafe = json.loads(helpers.data("cafe/passages.json").read_text("utf-8"))
questions = [item["question"] for item in cafe["questions"]]


def answers_to(prompts):
    chats = [[{"role": "user", "content": prompt}] for prompt in prompts]
    return [reply.text for reply in helpers.ask_many(client, MODEL, chats, max_tokens=40, progress=False)]


without_facts = answers_to(questions)
for question, text in zip(questions, without_facts):
    print(f"{question}\n    {text[:100]!r}")

# %% [markdown]
# It answers without a blush, and wrong. Now a **retriever**: `bm25s` ranks the passages by the words they share with
# the question, rare words counting more. The best ones go into the prompt.

# %%
import bm25s

passages = cafe["passages"]
retriever = bm25s.BM25()
retriever.index(bm25s.tokenize(passages, show_progress=False), show_progress=False)


def find(question, k=2):
    found, _scores = retriever.retrieve(bm25s.tokenize([question], show_progress=False), k=k, show_progress=False)
    return "\n".join(passages[place] for place in found[0])

# %%
prompts = [f"{find(question)}\n\nAnswer from these facts, in a few words: {question}" for question in questions]
print(prompts[0])

# %%
with_facts = answers_to(prompts)
for question, text in zip(questions, with_facts):
    print(f"{question}\n    {text[:100]!r}")

# %% [markdown]
# Count, for both, how many answers contain the right word. That is a generous measure: read the answers, too, for a
# small model mixes things up. Retrieval and answering can fail separately: a wrong passage found, or the right one
# misread.

# %%
def share_right(texts):
    return sum(item["answer"].lower() in text.lower() for item, text in zip(cafe["questions"], texts)) / len(texts)


for approach, texts in {"base": without_facts, "rag": with_facts}.items():
    print(approach, f"{share_right(texts):.0%} of {len(texts)}")
    helpers.record_evidence(task="café facts", approach=approach, metric="accuracy", value=share_right(texts),
                            n=len(texts), model=MODEL)

# %% [markdown]
# ## 4 Fine-tuning
# *8 minutes.* **Fine-tuning** trains the model further on examples, and gives a *custom model*. Back to the recipe
# lines, with no example in the prompt:

# %%
tuned = helpers.wait_for_model(client, job)
replies = helpers.ask_many(client, tuned, [few_shot(0, conversation) for conversation in test], max_tokens=40)
tuned_result = helpers.evaluate(replies, expected)
print(tuned_result)

# %%
best = max((n for n in sweep if n), key=lambda n: sweep[n].f1)
compared = {"base": sweep[0], f"{best} examples": sweep[best], "tuned": tuned_result}
helpers.plot_comparison(compared, title="20 held-out recipe lines")

# %% [markdown]
# Compare two things: how right, and how many tokens. The tuned model needs no examples in the prompt: they went into
# its weights. (A hosted tuned model costs more per token, though: notebook 02 does that sum.)

# %%
helpers.record_evidence(task="recipe lines", approach="tuned", metric="f1", value=tuned_result.f1, n=tuned_result.n,
                        tokens=tuned_result.tokens, model=tuned)

# %% [markdown]
# ### What training changes: the next token
# A language model does one thing: it gives every possible next token a probability. Here is the very first token of
# the answer, before and after training.

# %%
question = few_shot(0, test[0])
first = {"max_tokens": 1, "temperature": 0, "logprobs": True, "top_logprobs": 5}
before = client.chat.completions.create(model=MODEL, messages=question, **first)
after = client.chat.completions.create(model=tuned, messages=question, **first)
helpers.plot_next_tokens(
    {"base": helpers.next_token_probabilities(before), "tuned": helpers.next_token_probabilities(after)}
)

# %% [markdown]
# ### What training looks like: the loss
# The **loss** is the surprise at the right answer: minus the logarithm of its probability. Each step changes the
# weights a little so that the examples become less surprising.

# %%
job = client.fine_tuning.jobs.retrieve(job.id)
results = helpers.read_results(client.files.content(job.result_files[0]).read())
helpers.plot_loss(results)

# %% [markdown]
# ### How much is trained: LoRA
# *Full* fine-tuning changes every weight. **LoRA** freezes them all and puts two narrow matrices beside each big one:
# for a matrix of `n x m` numbers, `n x r` and `r x m`. `r` is the **rank**. QLoRA is the same with the frozen weights
# stored in 4 bits. The slider counts, from the shapes of the model on this computer.

# %%
helpers.show_lora_slider()

# %% [markdown]
# ### Exercise: the size of an adapter
# One matrix has 576 x 1536 numbers. How many numbers does LoRA of rank 16 train for it?

# %% tags=["exercise"]
lora_numbers = ...
helpers.check("01.lora", lora_numbers)

# %% tags=["solution"]
lora_numbers = 576 * 16 + 16 * 1536
helpers.check("01.lora", lora_numbers)

# %% [markdown]
# ## 5 The neighbours
# *4 minutes.* In this course *fine-tuning* means the first row. Words are used loosely elsewhere, so ask what the data
# is.
#
# | technique | data | what it is for | an example |
# |---|---|---|---|
# | **supervised fine-tuning** (SFT) | new, labelled: question with the wanted answer | form, tone, a narrow skill | `2 tbsp cocoa` → `["2", "tablespoon", "cocoa"]` |
# | **"unsupervised fine-tuning"**, as the lesson says it | the original training data, once more | better use of the same data, with other hyperparameters | the same corpus again at a smaller learning rate |
# | **continued pre-training** | new text without labels | the language of a domain | a year of medical journals |
# | **preference tuning** (DPO) | one question, a better and a worse answer | taste, tone, safety | both answers are right, one is polite |
# | **reinforcement fine-tuning** (RFT) | questions and a grader that gives points | reasoning whose result can be checked | a sum; the grader adds it up |
#
# Fine-tuning takes four ingredients: a pre-trained model that may be tuned, a dataset, an environment to train in, and
# one to host the result. And it is an advanced technique: done badly it brings nothing, or makes the model worse at
# the very task.
#
# ### Exercise: which technique first?
# For each situation give `"PROMPT"`, `"RAG"` or `"TUNE"`. *Today's menu*: guests ask what is on the menu, which changes
# every morning. *House style*: long instructions and eight examples were measured, and answers still slip out of our
# style. *First idea*: a colleague wants a summary bot and has tried nothing yet.

# %% tags=["exercise"]
technique = {"today's menu": ..., "house style": ..., "first idea": ...}
helpers.check("01.which", technique)

# %% tags=["solution"]
technique = {"today's menu": "RAG", "house style": "TUNE", "first idea": "PROMPT"}
helpers.check("01.which", technique)

# %% [markdown]
# ## 6 The four questions, and a quiz
# *5 minutes.* What is fine-tuning of a language model? When is it worth it? How is it done? What are its limits? One
# sentence each. The check looks for ideas, not for wording.

# %% tags=["exercise"]
goals = {"what": ..., "when": ..., "how": ..., "limits": ...}
helpers.check("01.goals", goals)

# %% tags=["solution"]
goals = {
    "what": "A pre-trained model is trained further on examples of one task.",
    "when": "When prompts and RAG were tried, and the measured gain is worth the cost.",
    "how": "Prepare data, run a job, evaluate on held-out items against the baseline, deploy.",
    "limits": "It teaches behaviour better than facts, needs good data and upkeep, and can overfit.",
}
helpers.check("01.goals", goals)

# %%
helpers.show_quiz("01-concepts")

# %% [markdown]
# ## In this notebook you
# - measured zero-shot, few-shot, retrieval and a tuned model, on items none of them had seen;
# - saw what each costs in tokens;
# - looked inside: next-token probabilities, loss, the size of an adapter;
# - told five kinds of further training apart.
#
# **Run this for real:** the sweep sends 100 short prompts; live, with `gpt-4o-mini`, that is less than a cent.

# %%
helpers.finish("01-concepts")
