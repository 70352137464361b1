# %% [markdown]
# # 03 Fine-tuning with OpenAI: a recipe assistant
#
# *About 60 minutes; the machine works about 7 of them.*
#
# A home cook writes "2 x 400g tins chopped tomatoes, or fresh ones if you have them". A shopping app needs
# `"tomatoes"`. In this notebook you teach a model that step, from raw data to a tuned model whose worth you have
# measured.
#
# **You will be able to**
# 1. check a training file before a service does, and say what a job will cost;
# 2. upload files, start a fine-tuning job and follow it, through the ordinary `openai` client;
# 3. read events, checkpoints and the results file, and tell learning from overfitting;
# 4. climb the baseline ladder, from plain code to the tuned model, on recipes that none of them has seen, and judge honestly;
# 5. leave nothing behind, and say for whom OpenAI's own fine-tuning is still open.
#
# **You need** Python, and the idea of a chat message with a role (notebook 01). No key, no GPU.

# %%
import json

import helpers

helpers.show_mode()
client = helpers.openai_client()
MODEL = "gpt-4o-mini-2024-07-18"

# %% [markdown]
# `client` is an ordinary `openai.OpenAI` object. In mock mode it talks to the **mock cloud**: a service on this
# computer that speaks OpenAI's protocol and trains a small model, SmolLM2-135M, whatever hosted name you ask for.
# The losses, answers and scores below are that small model's, measured here. In live mode the same cells talk to
# the real service.
#
# Four ingredients make a fine-tuning, and each has its section: a **model** that may be tuned (`MODEL`), **data** (1 to 3),
# **training** (4 and 5) and **hosting** (6: at OpenAI the service hosts your model, and asks nothing while it rests).
#
# ## 1 Look at the data
# *10 minutes.* 100 conversations to train on, 50 to watch the training with and to choose by (validation), 60 kept away until the
# end (test): nothing in this notebook was chosen by them. How they were made and what they cannot tell you stands in
# `data/recipes/README.md`.

# %%
def read(split):
    lines = helpers.data(f"recipes/{split}.jsonl").read_text("utf-8").splitlines()
    return [json.loads(line)["messages"] for line in lines]


train, validation, test = read("train"), read("validation"), read("test")
len(train), len(validation), len(test)

# %%
for message in train[0]:
    print(f"[{message['role']}]\n{message['content']}\n")

# %% [markdown]
# Three messages make one example: the **system** message says what the task is, the **user** message holds a
# recipe, the **assistant** message is the answer we want. Training changes the model so that this answer becomes
# more likely after those two messages.
#
# **Predict first:** what will the base model answer to a recipe, when it gets the same system message? A clean list,
# a copy of the lines, something else?

# %%
def question(conversation):
    return conversation[:-1]


first = client.chat.completions.create(model=MODEL, messages=question(validation[0]), temperature=0, seed=18, max_tokens=100)
print(first.choices[0].message.content)

# %% [markdown]
# Compare with what we want:

# %%
print(validation[0][-1]["content"])

# %% [markdown]
# ## 2 Check before you upload
# *8 minutes.* A service reads your file only after the upload, when the job validates it. A mistake in line 40 then
# costs a failed job and the time you waited for it. `check_dataset` runs the seven format checks of OpenAI's cookbook
# and six more, and names the line.

# %%
helpers.check_dataset(helpers.data("recipes/train.jsonl"))

# %% [markdown]
# For the validation file there is one more question: does it share a recipe with the training file? A score on
# recipes that were trained on measures memory.

# %%
helpers.check_dataset(helpers.data("recipes/validation.jsonl"), against=helpers.data("recipes/train.jsonl"))

# %% [markdown]
# Now a file as one meets it in real life. Find the mistakes yourself before you read the report.

# %%
broken = helpers.course_home() / "broken.jsonl"
bot = {"messages": [{"role": "user", "content": "Toast"}, {"role": "bot", "content": ["bread", "butter"], "rating": 5}]}
question_only = {"messages": [{"role": "user", "content": "Tea"}]}
broken.write_text("\n".join([json.dumps(bot), json.dumps(question_only), "{'messages': []}"]), encoding="utf-8")
helpers.check_dataset(broken)

# %% [markdown]
# ### Exercise: repair an example
# Repair the first line of that file: give `answer` a dictionary that the service accepts and the recipe assistant
# could learn from (the recipe is toast: bread and butter). `helpers.show_hint("03.repair")` helps, and
# `helpers.show_solution("03.repair")` tells.

# %% tags=["exercise"]
answer = ...
helpers.check("03.repair", answer)

# %% tags=["solution"]
answer = {
    "messages": [
        {"role": "user", "content": "Recipe: Toast\n\nIngredients:\n2 slices bread\nbutter"},
        {"role": "assistant", "content": json.dumps(["bread", "butter"])},
    ]
}
helpers.check("03.repair", answer)

# %% [markdown]
# ## 3 Count tokens, know the cost
# *7 minutes.* Training is billed per token and per epoch (one epoch: the whole file read once). The counts are exact:
# they use GPT-4o's own encoding, without a network.

# %%
statistics = helpers.token_statistics(helpers.data("recipes/train.jsonl"), model=MODEL)
print(statistics)
helpers.plot_token_histogram(statistics)

# %% [markdown]
# How many epochs? If you leave it open (`"auto"`), the cookbook's rule of thumb is three, adjusted for small and for
# large files: at least 100 example passes, at most 25,000, never more than 25 epochs. With 100 examples it stays three.
# We set two ourselves: on a laptop that is a minute less to wait. (Chosen on the dev split: `data/recipes/dev.jsonl`.)

# %%
EPOCHS = 2
helpers.estimate_cost(helpers.data("recipes/train.jsonl"), model=MODEL, n_epochs=EPOCHS)

# %% [markdown]
# ### Exercise: what is billed?
# Another team has 400 training examples of 200 tokens each and 100 validation examples of as many tokens. They train
# for three epochs. How many tokens does the job bill?

# %% tags=["exercise"]
answer = ...
helpers.check("03.cost", answer)

# %% tags=["solution"]
answer = 400 * 200 * 3
helpers.check("03.cost", answer)

# %% [markdown]
# ## 4 Upload, start, watch
# *10 minutes, 2 or 3 of them waiting.* First the two files.

# %%
def upload(split):
    with helpers.data(f"recipes/{split}.jsonl").open("rb") as file:
        return client.files.create(file=file, purpose="fine-tune")


training_file, validation_file = upload("train"), upload("validation")
training_file.id, training_file.status, training_file.bytes

# %% [markdown]
# Then the job. The **suffix** becomes part of the model's name; the **seed** makes the run repeatable. (The mock cloud trains with LoRA+,
# see notebook 01; a hosted service does not say how it trains.)

# %%
job = client.fine_tuning.jobs.create(
    model=MODEL,
    training_file=training_file.id,
    validation_file=validation_file.id,
    suffix="recipes",
    seed=18,
    method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": EPOCHS}}},
)
job.id, job.status

# %% [markdown]
# **Predict first:** where will the loss start, and will the validation loss end above or below the training loss?
#
# The view below follows the job to its end. The button cancels it; interrupting the cell (■) only stops the watching.
# The mock cloud recognises a job that it has run before (same data, same settings, same seed) and replays the recorded
# run, and likewise an answer to a request with a seed. So running this notebook a second time takes seconds.
# It has a page of its own for a browser tab, with the jobs and their loss curves: `helpers.show_mock_cloud_page()` gives
# the link.

# %%
job = helpers.watch(client, job.id)
job.status, job.fine_tuned_model

# %% [markdown]
# ## 5 What happened: events, checkpoints, results
# *8 minutes.* The service keeps a diary, a page of 100 entries at a time (`list` asks for one page after the other), newest
# first, so we turn it round:

# %%
events = list(client.fine_tuning.jobs.list_events(job.id, limit=100))
for event in reversed([event for event in events if event.type == "message"]):
    print(event.level, event.message)

# %%
# NBVAL_CHECK_OUTPUT
told = [event.message.split(":")[0] for event in events if event.type == "message"]
print("from the first entry:", told[-1])
print("to the last:", told[0])

# %% [markdown]
# The hyperparameters, ours and what `"auto"` has become, and how many tokens were trained on. (In mock mode these are tokens of the small model
# that really did the work; section 3 counted GPT-4o's, which is what the hosted service would bill.)

# %%
print(job.method.supervised.hyperparameters)
print(job.trained_tokens)

# %% [markdown]
# After each epoch the job saved a **checkpoint**: a model of its own that can be asked. The last three are kept.

# %%
checkpoints = client.fine_tuning.jobs.checkpoints.list(job.id).data
for checkpoint in reversed(checkpoints):
    losses = checkpoint.metrics
    print(f"step {checkpoint.step_number}: full validation loss {losses.full_valid_loss:.3f}")
    print(f"    {checkpoint.fine_tuned_model_checkpoint}")

# %% [markdown]
# The **results file** is a CSV with one row per step. The real endpoint has been seen to send it base64-encoded;
# `read_results` copes with both forms.

# %%
content = client.files.content(job.result_files[0]).read()
results = helpers.read_results(content)
results.tail(3)

# %%
helpers.plot_loss(results, checkpoints=checkpoints)

# %% [markdown]
# How to read it: a loss is the mean, over the tokens of the answers, of minus the logarithm of the right token's probability. Training loss is measured on the rows of each step just before the model learns from them, validation
# loss on rows it never learns from. While both fall, the model learns what carries over. When the validation loss
# turns upwards and the training loss goes on falling, it learns its examples by heart: **overfitting**. The dashed curve
# jumps, since each of its points is measured on a few rows only; trust the diamonds, measured on all 50.
#
# ### Exercise: read a curve
# In somebody else's job the validation loss of the checkpoints is 0.52 (step 25), 0.41 (step 50) and 0.58 (step 75), and
# the training loss 0.50, 0.30 and 0.08. Which checkpoint would you use?
#
# - A: step 75, it has the lowest training loss
# - B: step 50
# - C: step 25, since it has learned nothing by heart yet
# - D: none, a validation loss that rises means that the training failed

# %% tags=["exercise"]
answer = ...
helpers.check("03.curve", answer)

# %% tags=["solution"]
answer = "B"
helpers.check("03.curve", answer)

# %% [markdown]
# ## 6 Ask the tuned model
# *3 minutes.* Any place that takes a model name takes the tuned one. The prompt is the one it was trained on: same
# system message, same form of the question.

# %%
tuned = job.fine_tuned_model
reply = client.chat.completions.create(model=tuned, messages=question(validation[0]), temperature=0, seed=18, max_tokens=100)
print(reply.choices[0].message.content)
print("answered by:", reply.model, reply.system_fingerprint)

# %% [markdown]
# ## 7 Is it better? Climb the ladder
# *16 minutes, 4 of them waiting.* One answer proves nothing. And "better than the base model" proves little: the base model may be the
# weakest of all ways to do this. So we measure what a good engineer would try, cheapest first, and the tuned model has to
# beat the *best* of them:
#
# **plain code → zero-shot → best fixed examples → nearest examples → constrained output → tuned.**
#
# The score of one answer is **F1** over the items of the list: 2 x shared / (answered + expected). 1 is a perfect list, 0 shares
# nothing. An answer that is no list scores 0; how many are lists at all (the *form*) is told apart, and so is the score of
# those (the *content*). **Exact** counts the lists without any mistake.
#
# ### Exercise: write F1 yourself
# Complete the function. Compare items as they are; 2 x shared / (number answered + number expected).

# %% tags=["exercise"]
def f1(answer, expected):
    ...


helpers.check("03.f1", f1)

# %% tags=["solution"]
def f1(answer, expected):
    shared = len(set(answer) & set(expected))
    return 2 * shared / (len(set(answer)) + len(set(expected)))


helpers.check("03.f1", f1)

# %% [markdown]
# **The bar, decided before any score is seen**, lest every result look like one: F1 of at least 0.8 on the test recipes; and *worth it*
# only if the interval of the difference to the best other rung lies above 0.
#
# **Predict first:** write down five numbers between 0 and 1: what F1 will plain code, zero-shot, fixed examples, nearest examples and the
# tuned model reach?
#
# **Rung 1, plain code.** Twenty lines: a known ingredient in the line (the longest one; known are those of the training answers), else what
# is left when amounts and units are gone.

# %%
import re

known = {name for conversation in train for name in json.loads(conversation[-1]["content"])}
AMOUNT = r"^[\W_]*((\d+\)|[\d/.½¼¾⅓⅔⅛x×-]+|one|two|three|four|five|six|half|an?|of|about|few|some|juice|zest|pinch)\b\W*)*"
UNIT = (r"^((cups?|c|tbsps?|tablespoons?|tsps?|teaspoons?|t|g|grams?|kg|ml|l|oz|ounces?|lbs?|pounds?|cans?|tins?|jars?|cloves?|"
        r"bunch(es)?|heads?|slices?|sticks?|handfuls?|large|medium|small|of|fresh|dried|ground|unsalted|good)\b\.?\s*)+")

# %%
def ingredient(line):
    text = re.sub(r"\(.*?\)", " ", line.lower())
    found = [name for name in known if re.search(rf"\b{re.escape(name)}\b", text)]
    if found:
        return max(found, key=len)
    text = re.sub(r",.*| or .*| for .*| to taste.*", "", text)
    return re.sub(UNIT, "", re.sub(AMOUNT, "", text)).strip(" .-")

# %%
def by_rules(conversation):
    lines = conversation[1]["content"].split("Ingredients:\n")[1].splitlines()
    names = [ingredient(line) for line in lines if not line.rstrip().endswith(":")]
    return json.dumps(list(dict.fromkeys(filter(None, names))))

# %% [markdown]
# **Rungs 2 to 4, prompts.** Which fixed examples? Not the first that come: three sets of four are tried on 16 validation recipes, and the
# best set goes on. *Nearest* looks up, for each test recipe, the four training recipes most like it (`helpers.nearest_prompts`,
# as a search engine would). Three options are the same for all: no correct answer here is longer than 63 tokens, so `max_tokens=100` cuts
# nobody short who answers in the right form; and small models like to fall into a loop and never close their list, so
# `frequency_penalty=0.2` makes a token a little less likely each time it has been used (chosen on other recipes; a hosted model
# hardly needs it).

# %%
options = {"max_tokens": 100, "frequency_penalty": 0.2}

# %%
def answer_of(conversation):
    return json.loads(conversation[-1]["content"])


def with_examples(chosen, conversations):
    shown = [message for conversation in chosen for message in conversation[1:]]
    return [[system, *shown, user] for system, user, _answer in conversations]


# %%
tried = {}
for start in (0, 20, 40):
    prompts = with_examples(train[start : start + 4], validation[:16])
    replies = helpers.ask_many(client, MODEL, prompts, label=f"examples {start + 1}-{start + 4}", **options)
    tried[start] = helpers.evaluate(replies, [answer_of(conversation) for conversation in validation[:16]])
    print(f"training rows {start + 1}-{start + 4}: {tried[start]}")
best = max(tried, key=lambda start: tried[start].f1)

# %% [markdown]
# **Rung 5, constrained output**: the service allows only tokens that fit a JSON schema. The form is then right by construction, unless an
# answer is cut off before its end.
#
# Now open the test split, once:

# %%
expected = [answer_of(conversation) for conversation in test]
questions = [question(conversation) for conversation in test]
items = {"type": "object", "properties": {"ingredients": {"type": "array", "items": {"type": "string"}}},
         "required": ["ingredients"], "additionalProperties": False}
form = {"type": "json_schema", "json_schema": {"name": "ingredients", "schema": items}}

# %%
prompts = {
    "zero-shot": questions,
    "best fixed examples": with_examples(train[best : best + 4], test),
    "nearest examples": helpers.nearest_prompts(questions, train, k=4),
    "constrained output": questions,
    "tuned": questions,
}

# %%
ladder = helpers.Ladder("recipes", helpers.data("recipes/test.jsonl"), model=MODEL, answer_tokens=40)
answers = {"plain code": [by_rules(conversation) for conversation in test]}
ladder.add("plain code", helpers.evaluate(answers["plain code"], expected))
for rung in ("zero-shot", "best fixed examples", "nearest examples", "constrained output"):
    more = {"response_format": form} if rung == "constrained output" else {}
    answers[rung] = helpers.ask_many(client, MODEL, prompts[rung], label=rung, **options, **more)
    ladder.add(rung, helpers.evaluate(answers[rung], expected), prompts[rung])

# %%
answers["tuned"] = helpers.ask_many(client, tuned, prompts["tuned"], label="tuned", **options)
ladder.add("tuned", helpers.evaluate(answers["tuned"], expected), prompts["tuned"])

# %%
ladder.show("60 recipes that no rung has seen")

# %% [markdown]
# The intervals say how far a mean could move if we had drawn 60 other recipes of this kind. Two rungs were asked about the *same* recipes, so
# the fair interval is that of the difference, recipe by recipe:

# %%
print(ladder.verdict())
for rung in ladder.rungs:
    if rung != "tuned":
        print(f"tuned minus {rung}: {ladder.rungs['tuned'].minus(ladder.rungs[rung])}")

# %%
# NBVAL_CHECK_OUTPUT
scores = ladder.rungs
print("F1 of at least 0.8:", scores["tuned"].f1 >= 0.8)
print("at least 0.5 above zero-shot:", scores["tuned"].f1 - scores["zero-shot"].f1 >= 0.5)
print("better than every other prompt:", all(
    scores["tuned"].minus(scores[rung]).is_shown
    for rung in ("zero-shot", "best fixed examples", "nearest examples", "constrained output")))
print("every recipe was answered:", not any(score.n_failed for score in scores.values()))

# %% [markdown]
# **What to make of it.** Read the first line with care, whichever way it falls. Says it *not shown to be better than plain code*, then code was enough: that
# is the answer to the lesson's question about alternatives. Says it *better*, then look how near to 0 the interval begins, and what the few points cost: a
# training, a model to host, upkeep; against twenty lines that are free, quick, and can be corrected by hand. It is no accident that code does so well
# here: a script wrote these recipes from lists, and what a script puts together another one can take apart.
#
# Among the rungs that use a *model*, the tuned one is the best (the bars above); nobody wrote rules for it; and the same recipe serves
# tasks for which nobody can write rules: the tone of notebook 04. But all of it is about a small model. SmolLM2-135M with a few examples tells
# nothing about what a current hosted model would do with them, which is likely to be much better. The same cells in live mode would measure that.
#
# Numbers can hide what kind of mistakes are left. Here are the best, the middle and the worst answer of the tuned model,
# beside those of two other rungs.

# %%
ranked = sorted(range(len(test)), key=lambda place: scores["tuned"].values[place])
for place in (ranked[-1], ranked[30], ranked[0]):
    helpers.show_answers(
        test[place][1]["content"],
        expected[place],
        {rung: answers[rung][place] for rung in ("plain code", "nearest examples", "tuned")},
    )

# %% [markdown]
# ### What it saves
# The table above has it: examples in a prompt are sent with every request, and an untuned model is cheaper per token than its tuned version.
# (Exact GPT-4o tokens, dated prices; a tuned model's price is charged for the tuned rung only.) Whether training pays for itself is
# the break-even question of notebook 02. The scores are kept as evidence for it, with who answered:

# %%
for row in helpers.read_evidence("recipes"):
    print(f"{row['approach']:<20} {row['metric']} {row['value']:.2f}  n={row['n']}  answered by {row['answered_by']}")

# %% [markdown]
# ## 8 Clean up
# *2 minutes.* Files and models stay in your account until somebody deletes them. (At OpenAI a tuned model costs nothing
# while it rests; on Azure a deployment costs by the hour, see notebook 04.)

# %%
for checkpoint in checkpoints:  # the last one is the tuned model
    print(client.models.delete(checkpoint.fine_tuned_model_checkpoint))
for file_id in (training_file.id, validation_file.id, *job.result_files):
    print(client.files.delete(file_id))

# %%
# NBVAL_CHECK_OUTPUT
there = {model.id for model in client.models.list()} | {file.id for file in client.files.list()}
ours = {tuned, training_file.id, validation_file.id, *job.result_files}
print("left of what this notebook made:", sorted(ours & there))

# %%
helpers.cleanup()

# %% [markdown]
# ## 9 Who can still do this at OpenAI?
# OpenAI is closing self-serve fine-tuning step by step:

# %%
helpers.show_closing_dates(MODEL)

# %% [markdown]
# An organisation that is shut out gets HTTP 403 with the code `training_not_available` when it creates a job. What you
# have learned stays useful: the protocol lives on at other services (Azure OpenAI in notebook 04; Nebius Token Factory
# speaks it, too), and data, checks, curves and the comparison with a baseline are the same everywhere.
#
# > **Run this for real.** With a key of an organisation that may still train, put `COURSE_MODE=live` and
# > `OPENAI_API_KEY=…` into the file `.env` and restart the kernel. The same cells then run against the real service.
# > You see the estimate of section 3 and are asked for a yes before the job and before the first answer; the budget
# > `COURSE_BUDGET_USD` is never exceeded. A hosted job may wait in a queue for minutes or hours.
#
# ## Quiz

# %%
helpers.show_quiz("03-openai")

# %% [markdown]
# ## In this notebook you
# - checked files with the cookbook's seven checks and more, and repaired an example;
# - counted tokens exactly and knew the cost before spending anything;
# - uploaded, trained, watched, and read events, checkpoints and the results file;
# - climbed from plain code to the tuned model on 60 unseen recipes, and judged by the interval of the difference;
# - cleaned up, and know the dates on which OpenAI's own service closes.

# %%
helpers.finish("03-openai")
