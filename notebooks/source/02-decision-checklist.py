# %% [markdown]
# # 02 The decision checklist
#
# *About 25 minutes; the machine works a few seconds.*
#
# Fine-tuning takes data, time and upkeep. This notebook asks the questions that decide whether it is worth it, and
# answers as many as it can with what you have *measured*.
#
# **You will be able to**
# 1. put a use case, its alternatives, costs and benefits on one page;
# 2. say from how many requests on training pays back, or that it never does;
# 3. reach a verdict whose reasons can be traced, and write it down for others.
#
# **You need** notebook 01 (its measurements are used here; without them the numbers stay estimates).

# %%
import json

import helpers

helpers.show_mode()
MODEL = "gpt-4o-mini-2024-07-18"

# %% [markdown]
# ## 1 Six cases
# *4 minutes.* **Predict first:** for which of these would you fine-tune?

# %%
helpers.show_presets()

# %% [markdown]
# A verdict is one of four: *not yet*, *try first …*, *prototype*, *go*. It follows from rules, and the rules are not
# hidden: they stand in `data/checklist/rules.json`. The most cautious rule decides.

# %%
helpers.show_rules()

# %% [markdown]
# ### Exercise: predict the verdict
# A team has a clear task, 8 good examples, and has tried prompts only by eye. `"A"` not yet, `"B"` prototype, `"C"`
# try few-shot first: what does the checklist say? (`helpers.show_hint("02.verdict")` helps.)

# %% tags=["exercise"]
prediction = ...
helpers.check("02.verdict", prediction)

# %% tags=["solution"]
prediction = "A"
helpers.check("02.verdict", prediction)

# %% [markdown]
# ## 2 A case with evidence
# *6 minutes.* The recipe lines of notebook 01, as a case. What you measured there:

# %%
for row in helpers.read_evidence("recipe lines"):
    print(f"{row['approach']:<22} {row['metric']} {row['value']:.2f}  (n={row['n']}, answered by {row['answered_by']})")

# %% [markdown]
# The checklist starts from the preset. Take the measured scores over: choose *recipe lines* and press *Use measured
# results*, or run the next cell. Every number says whether it is **measured** or an **estimate**. Change answers, and
# watch the verdict below them. Three things are taken over with the scores: on how many items they were measured, the lower end of the
# interval of *tuned minus best alternative*, and who answered. Results of another task are refused.

# %%
case = helpers.show_checklist("recipe-lines")

# %%
case.use_evidence("recipe lines")
helpers.show_verdict(case.answers)

# %% [markdown]
# Two rules keep it honest. *Better* needs an interval above 0 against the **best** alternative, plain code included; two scores
# alone prove nothing. And what mock mode's small stand-in has reached supports a prototype at most, however good it looks.

# %% [markdown]
# ## 3 Does it pay back?
# *6 minutes.* A tuned model needs shorter prompts, but a hosted one costs more per token, and on Azure it costs by the
# hour as well. And the largest part is no token at all: people label examples, build the pipeline, read wrong answers, and do it again when the
# data has aged or the base model retires. Exact here: the tokens of a prompt with 8 examples, without, and of training. Hours
# and their price are an example: put in your own.

# %%
lines = helpers.data("lines/examples.jsonl").read_text("utf-8").splitlines()
examples = [json.loads(line)["messages"] for line in lines]
short = examples[0][:2]
long = [short[0], *(message for example in examples for message in example[1:]), short[1]]
tokens = {"long": helpers.count_tokens(long, MODEL), "short": helpers.count_tokens(short, MODEL)}
estimate = helpers.estimate_cost(helpers.data("lines/train.jsonl"), MODEL, n_epochs=2)
tokens, estimate.billed_tokens

# %%
calculator = helpers.show_break_even_calculator(
    model="gpt-4o-mini",
    training_tokens=estimate.billed_tokens,
    base_prompt_tokens=tokens["long"],
    tuned_prompt_tokens=tokens["short"],
    completion_tokens=12,
    work_hours=16,
    usd_per_work_hour=60,
    retrained_per_year=1,
)

# %% [markdown]
# Try: no hours at all (the sum that advertisements show); few requests; a shorter long prompt (where does the crossing point vanish,
# and why?); hosting by the hour. And compare with the last sentence: today's cheapest untuned model may be the better saving. In
# saved notebooks the picture stands here:

# %%
helpers.plot_break_even(calculator.result)

# %% [markdown]
# ### Exercise: requests until training is paid back
# Training costs 1.00 dollar. A request costs 0.00015 dollars with the long prompt and 0.00005 with the tuned model.
# No hosting. After how many requests is training paid back?

# %% tags=["exercise"]
requests_needed = ...
helpers.check("02.break_even", requests_needed)

# %% tags=["solution"]
requests_needed = 1.00 / (0.00015 - 0.00005)
helpers.check("02.break_even", requests_needed)

# %% [markdown]
# ## 4 The decision record
# *3 minutes.* One page for somebody who was not there: verdict, reasons, numbers with where they come from, what to
# do next.

# %%
helpers.show_record(case.answers, calculator.result)

# %%
path = helpers.save_record(case.answers, calculator.result)
print("Written:", path.name)

# %% [markdown]
# ## 5 Your own case
# *5 minutes.* Fill it in for something you would like to build. Save it under a name; next time choose it under
# *Start from*. Leave open what you do not know: the verdict tells what to find out first.

# %%
mine = helpers.show_checklist()

# %% tags=["exercise"]
my_case = ...  # mine
helpers.check("02.case", my_case)

# %% tags=["solution"]
mine.answers.set("purpose", "Sort customer letters into our five folders")
mine.answers.set("examples", 60)
my_case = mine
helpers.check("02.case", my_case)

# %% [markdown]
# ## 6 Quiz
# *3 minutes.*

# %%
helpers.show_quiz("02-decision-checklist")

# %% [markdown]
# ## In this notebook you
# - judged cases by rules that can be read, and saw the most cautious one decide;
# - used your own measurements as evidence, marked as such;
# - worked out a break-even, and saw that there may be none;
# - wrote a decision record.

# %%
helpers.finish("02-decision-checklist")
