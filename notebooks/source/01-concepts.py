# %% [markdown]
# # 01 Concepts
#
# *About 40 minutes; the machine works about 3 of them.*
#
# A language model was trained on a broad collection of text. You want accurate answers for *your* task. There are
# three ways: change the prompt, add facts to the prompt, change the model. Here you try all three on the same
# questions, and measure.
#
# **You will be able to**
# 1. climb the baseline ladder: plain code, prompts, examples, and say what each rung brings and costs;
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
# ## 2 The ladder: plain code, then prompts
# *9 minutes.* The task: read one line of a recipe, answer with a JSON list of amount, unit and ingredient. 20 lines
# are **held out**: nobody trains on them, and no example in a prompt comes from them. An engineer climbs from the
# cheapest rung, and stops where it is good enough:
#
# **plain code → zero-shot → best fixed examples → nearest examples → constrained output → tuned.**

# %%
def read(name):
    lines = helpers.data(f"lines/{name}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


train, examples, test = read("train"), read("examples"), read("test")
expected = [json.loads(conversation[-1]["content"]) for conversation in test]
dishes = [ingredient for _amount, _unit, ingredient in expected]
ladder = helpers.Ladder("recipe lines", helpers.data("lines/test.jsonl"), model=MODEL, answer_tokens=12)

# %% [markdown]
# **Rung 1, plain code.** Two small tables and the words of the training lines: what never stands in an answer is dropped.

# %%
NUMBERS = {"one": 1, "a": 1, "two": 2, "three": 3, "half": 0.5, "1/2": 0.5}
UNITS = {"c": "cup", "cup": "cup", "tbsp": "tablespoon", "tablespoon": "tablespoon", "tsp": "teaspoon",
         "teaspoon": "teaspoon", "g": "gram", "gr": "gram", "gram": "gram"}
kept = {word for chat in train for word in json.loads(chat[-1]["content"])[2].split()}
seen = {word for chat in train for word in chat[1]["content"].split(",")[0].lower().split()}
DROPPED = (seen - kept) | {"small", "large", "ripe", "fresh", "whole", "cooked", "light"}


def by_rules(line):
    amount, unit, name = 0, "piece", []
    for word in (word.strip(".") for word in line.split(",")[0].lower().split()):
        if word == "dozen":
            amount = 12 * amount
        elif word in NUMBERS or word.isdigit():
            number = NUMBERS.get(word) or int(word)
            amount = number * 0.5 if amount == 0.5 else amount + number
        elif word.rstrip("s") in UNITS:
            unit = UNITS[word.rstrip("s")]
        elif word not in DROPPED:
            name.append(word)
    ingredient = " ".join(name)
    return json.dumps([f"{amount:g}", unit, ingredient.rstrip("s") if unit == "piece" else ingredient])


ladder.add("plain code", helpers.evaluate([by_rules(chat[1]["content"]) for chat in test], expected, clusters=dishes))

# %% [markdown]
# **F1** compares the parts answered with the parts expected: 2 x shared / (answered + expected). It is 1 when all three
# are there and nothing else, 0 when none is; the number shown is the mean over the lines. The **interval** says where that mean
# would lie for other lines, 95 times in 100. The 20 lines hold only 13 ingredients, and lines with the same one are alike:
# so whole ingredients are drawn, not lines (`clusters`).
#
# **Zero-shot** is an instruction alone: explicit guidance. **Few-shot** adds worked examples: implicit guidance. Both
# are only messages.

# %%
def few_shot(n, conversation):
    system, question, _answer = conversation
    shown = [message for example in examples[:n] for message in example[1:]]
    return [system, *shown, question]


few_shot(1, test[0])

# %% [markdown]
# **Predict first:** how many examples will be enough for 20 right answers? One sweep measures 0, 1, 2, 4 and 8. It
# asks about 20 lines of the *training* file: to a model that was not trained they are as new as any, and what we choose by them
# (how many examples) is then not chosen by the lines that judge.

# %%
choosing = train[:20]
wanted = [json.loads(conversation[-1]["content"]) for conversation in choosing]
sweep = {}
for n in (0, 1, 2, 4, 8):
    prompts = [few_shot(n, conversation) for conversation in choosing]
    replies = helpers.ask_many(client, MODEL, prompts, max_tokens=40, label=f"{n} examples")
    sweep[n] = helpers.evaluate(replies, wanted)
    print(n, "examples:", sweep[n])

# %% [markdown]
# Form and content are two things: an answer that is no JSON list scores 0, however right its words are, so the share in the
# right form is told apart. Move the slider (with the mouse, or Tab and the arrow keys): everything in it was measured by
# the cell above.

# %%
gpt_tokens = {n: helpers.count_tokens(few_shot(n, test[0]), MODEL) for n in sweep}
helpers.show_few_shot_slider(sweep, gpt_tokens)

# %% [markdown]
# Two limits of prompting show here. The **context window** bounds how many examples fit, and **every request pays**
# for their tokens again. Three more rungs, on the held-out lines: no example; the number of fixed examples that did best
# above; and, for each line, the four training lines *most like it*, looked up as a search engine would (`helpers.nearest_prompts`).

# %%
best = max((n for n in sweep if n), key=lambda n: sweep[n].f1)
prompts = {
    "zero-shot": [few_shot(0, conversation) for conversation in test],
    "best fixed examples": [few_shot(best, conversation) for conversation in test],
    "nearest examples": helpers.nearest_prompts([conversation[:-1] for conversation in test], train, k=4),
}
for rung, asked in prompts.items():
    replies = helpers.ask_many(client, MODEL, asked, max_tokens=40, progress=False)
    ladder.add(rung, helpers.evaluate(replies, expected, clusters=dishes), asked)

# %% [markdown]
# **Constrained output** lets the service allow only tokens that fit a schema: the form is then right by construction. The
# content is not.

# %%
parts = {"type": "array", "items": {"type": "string"}, "minItems": 3, "maxItems": 3}
schema = {"type": "object", "properties": {"parts": parts}, "required": ["parts"], "additionalProperties": False}
form = {"type": "json_schema", "json_schema": {"name": "line", "schema": schema}}
replies = helpers.ask_many(
    client, MODEL, prompts["zero-shot"], max_tokens=40, response_format=form, progress=False
)
ladder.add("constrained output", helpers.evaluate(replies, expected, clusters=dishes), prompts["zero-shot"])

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
grounded = [f"{find(question)}\n\nAnswer from these facts, in a few words: {question}" for question in questions]
print(grounded[0])

# %%
with_facts = answers_to(grounded)
for question, text in zip(questions, with_facts):
    print(f"{question}\n    {text[:100]!r}")

# %% [markdown]
# Retrieval and answering fail separately: a wrong passage found, or the right one misread. So score them apart. Rung 1 is
# plain code again: give back the best passage as it stands, and let the guest read.

# %%
import re


def is_right(item, text):
    found = re.search(rf"\b{re.escape(item['answer'])}", text, re.IGNORECASE)
    return bool(found) and not re.search(item.get("wrong", "(?!)"), text, re.IGNORECASE)


def right(texts, mode):
    values = [float(is_right(item, text)) for item, text in zip(cafe["questions"], texts)]
    return helpers.Scores(values, [True] * len(values), mode=mode)


mode = "live" if helpers.settings().is_live else "mock"
facts = helpers.Ladder("café facts", helpers.data("cafe/passages.json"), metric="right answers")
facts.add("plain code: the passage", right([find(question, k=1) for question in questions], "code"))
facts.add("zero-shot", right(without_facts, mode))
facts.add("rag: two passages", right(with_facts, mode))
hits = sum(passages[item["passage"]] in find(item["question"]) for item in cafe["questions"])
print(f"the passage that holds the answer was among the two found: {hits} of {len(questions)}")

# %% [markdown]
# Six questions are few, and the intervals say so. Where the passage was found and the answer is wrong all the same, reading is what
# fails: read the answers above. An answer that names the right number for a wrong thing ("until 11 pm") counts as wrong here;
# a measure that only looks for a word would have let it pass.

# %% [markdown]
# ## 4 Fine-tuning
# *8 minutes.* **Fine-tuning** trains the model further on examples, and gives a *custom model*. Back to the recipe
# lines, with no example in the prompt:

# %%
tuned = helpers.wait_for_model(client, job)
replies = helpers.ask_many(client, tuned, prompts["zero-shot"], max_tokens=40)
ladder.add("tuned", helpers.evaluate(replies, expected, clusters=dishes), prompts["zero-shot"])

# %%
ladder.show("20 held-out recipe lines")

# %%
print(ladder.verdict())

# %% [markdown]
# The opponent is the *best* of the other rungs, and the interval is that of the difference, line by line. If the cell says
# *not shown to be better*, believe it: twenty lines show a large gain and no small one, and a task whose rules fit on one screen is a
# task for code. What tuning did bring shows against the other rungs that use the *model*: the examples went into its weights, so its
# prompt is short, and nobody had to write rules. (A hosted tuned model costs more per token, though: notebook 02
# does that sum.) And all of it is the small model's; how well a large hosted model does with a few examples, a model
# of 135 million parameters cannot tell.
#
# Everything measured is kept as evidence for the checklist in notebook 02, with who answered:

# %%
for row in helpers.read_evidence("recipe lines"):
    print(f"{row['approach']:<22} {row['metric']} {row['value']:.2f}  n={row['n']}  answered by {row['answered_by']}")

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
# The **loss** is the surprise at the right answer, token by token: minus the logarithm of the probability of each right token, averaged
# over the tokens of the answers. Each step changes the
# weights a little so that the examples become less surprising. How such a step is computed, as sixty lines to read:
# `helpers/engine/train/plain_lora.py`; a test holds the fast engine's gradients against it.

# %%
job = client.fine_tuning.jobs.retrieve(job.id)
results = helpers.read_results(client.files.content(job.result_files[0]).read())
helpers.plot_loss(results)

# %% [markdown]
# ### How much is trained: LoRA
# *Full* fine-tuning changes every weight. **LoRA** freezes them all and puts two narrow matrices beside each big one:
# for a matrix of `n x m` numbers, `n x r` and `r x m`. `r` is the **rank**. QLoRA is the same with the frozen weights
# stored in 4 bits. The mock cloud trains with **LoRA+**: the second matrix, which starts at zero, learns at a higher rate than the first
# (Hayou and others, 2024), which a short job needs. The slider counts, from the shapes of the model on this computer.

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
# Fine-tuning takes four ingredients: **model** (pre-trained, and one that may be tuned), **data**, **training** (an environment to
# do it in) and **hosting** (one that serves the result). Here: SmolLM2-135M, 60 recipe lines, the mock cloud, the mock cloud. And it is an advanced technique: done badly it brings nothing, or makes the model worse at
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
# - climbed a ladder from plain code to a tuned model, on items none of them had seen, and judged by the strongest rung;
# - scored form and content, retrieval and answer apart, and saw what each rung costs in tokens;
# - looked inside: next-token probabilities, loss, the size of an adapter;
# - told five kinds of further training apart.
#
# **Run this for real:** the ladder sends about 200 short prompts; live, with `gpt-4o-mini`, that is about a cent. Only then do you see
# what a large model makes of zero examples.

# %%
helpers.finish("01-concepts")
