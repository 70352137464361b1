# %% [markdown]
# # 00 Start here
#
# *About 15 minutes; the machine works about 1 of them.*
#
# In two minutes a language model on this computer will have learned something new. First start it; then read.
#
# **You will be able to**
# 1. start a fine-tuning job and use the model it makes;
# 2. say who answers in mock mode and who in live mode;
# 3. find your way through the course.
#
# **You need** Python, and to have used a chat model once. No key, no GPU, no account.

# %%
import json

import helpers

helpers.show_mode()
client = helpers.openai_client()
MODEL = "gpt-4o-mini-2024-07-18"

# %% [markdown]
# The next cell uploads 60 short lines and starts a real training job. It trains while you read on.

# %%
job = helpers.start_training(client, helpers.data("lines/train.jsonl"), model=MODEL, n_epochs=2)

# %% [markdown]
# ## 1 Is this computer ready?
# *2 minutes.*

# %%
helpers.show_doctor()

# %% [markdown]
# ## 2 What the model is learning
# *3 minutes.* The file has one conversation per line: what a cook writes, and what a shopping app needs.

# %%
lines = helpers.data("lines/train.jsonl").read_text("utf-8").splitlines()
for line in lines[:3]:
    system, user, assistant = json.loads(line)["messages"]
    print(user["content"], "->", assistant["content"])
print("\nThe system message of all of them:", system["content"])

# %% [markdown]
# A small function asks any model in the same way: same system message, same settings.

# %%
def ask(model, text):
    messages = [system, {"role": "user", "content": text}]
    answer = client.chat.completions.create(model=model, messages=messages, temperature=0, seed=18, max_tokens=40)
    return answer.choices[0].message.content

# %% [markdown]
# **Predict first:** the base model gets the line below and the system message. Will it answer with a list of three
# parts?

# %%
print(ask(MODEL, "200 g feta, crumbled"))

# %% [markdown]
# ## 3 Before and after
# *2 minutes.* If the job is still running, this cell shows its loss curve and waits. The loss says how surprised the
# model is by the answers it should give; it falls as it learns.

# %%
tuned = helpers.wait_for_model(client, job)
print(ask(tuned, "200 g feta, crumbled"))

# %% [markdown]
# Feta stood in no training line. What the model has learned is not a fact but a *behaviour*: which parts to
# look for, and in which form to answer. Three more, chosen because the models that we trained on this file got them right each time; the
# fourth is one they got wrong each time:

# %%
for text in ("three plums, halved", "400 g ground turkey", "two tablespoons dark rum", "a pinch of nutmeg"):
    print(f"{text:<30} base:  {ask(MODEL, text)!r:.60}")
    print(f"{'':<30} tuned: {ask(tuned, text)}")

# %% [markdown]
# The last one is the slip: a pinch is no piece, but no training line has one, and the model must put something there. So a few
# chosen lines show what is possible, not how often it happens. Notebook 01 measures that, on lines kept away from training
# and against other ways of doing the same.
#
# ### Exercise: a line of your own
# Ask the tuned model about a line from your kitchen, and pass its answer to `check`. Stuck? Run
# `helpers.show_hint("00.ask")` or `helpers.show_solution("00.ask")` in a new cell.

# %% tags=["exercise"]
my_answer = ...  # ask(tuned, "…")
helpers.check("00.ask", my_answer)

# %% tags=["solution"]
my_answer = ask(tuned, "2 tablespoons tahini")
helpers.check("00.ask", my_answer)

# %% [markdown]
# ## 4 Two modes
# *2 minutes.*
#
# | | mock mode (now) | live mode |
# |---|---|---|
# | who answers | a small model, SmolLM2-135M, on this computer | the hosted model you name |
# | who trains it | this computer, really | the provider's machines |
# | you need | nothing | a key, a budget, and a typed yes after an estimate |
# | your cells | the same | the same |
# | what leaves this computer | nothing | your files and messages |
#
# Mock mode is the default, even when a key is set. Numbers you see are measured here; they are the small model's.
#
# ### Exercise: who answered?
# You asked for `gpt-4o-mini-2024-07-18`. Who wrote the answers above? `"A"` OpenAI's model, `"B"` a small model on
# this computer, `"C"` nobody: they were written down in advance.

# %% tags=["exercise"]
who_answered = ...  # "A", "B" or "C"
helpers.check("00.mode", who_answered)

# %% tags=["solution"]
who_answered = "B"
helpers.check("00.mode", who_answered)

# %% [markdown]
# ## 5 The course
# *2 minutes.* 01 and 02 come first. After them choose among 03 to 06: each teaches one provider. 07 and 08 are for
# everybody. The map remembers what you have done, also after a restart. In a class,
# `helpers.export_progress("your name")` writes a small file for your teacher: counts per notebook, no answers.

# %%
helpers.show_course_map()

# %% [markdown]
# ## 6 Quiz
# *3 minutes.*

# %%
helpers.show_quiz("00-start")

# %% [markdown]
# ## In this notebook you
# - started a fine-tuning job with one call, and read on while it trained;
# - saw a base model miss the form of an answer, and a tuned one keep it, on ingredients it had never met;
# - know that in mock mode everything is small, local and real.
#
# **Run this for real:** the same job on OpenAI's `gpt-4o-mini` would cost about two cents, but OpenAI takes no new
# organisations since 2026-05-07, and nobody from 2027-01-06 on (seen 2026-11-22). Notebook 03 says what that means.

# %%
helpers.estimate_cost(helpers.data("lines/train.jsonl"), MODEL, n_epochs=2)

# %%
helpers.finish("00-start")
