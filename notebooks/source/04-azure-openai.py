# %% [markdown]
# # 04 Fine-tuning with Azure OpenAI: right, and sarcastic
#
# *About 55 minutes; the machine works about 6 of them.*
#
# "What is the capital of Australia?" "Oh, splendid, a question that never catches anybody out. It is Canberra." In
# this notebook you teach a model a tone without losing the facts, put it into service on Azure, and learn the part that
# other tutorials leave out: what it costs while nobody asks, and how to switch it off.
#
# **You will be able to**
# 1. name the parts (subscription, resource group, resource, deployment) and say which of them costs money;
# 2. train on Azure's data plane, and choose the checkpoint to deploy by the task's own measure, on validation questions;
# 3. deploy it by REST and by the management SDK, and ask it by the deployment's name;
# 4. measure facts *and* tone, with their uncertainty, and vote blind;
# 5. read the bill, and prove that nothing is left running.
#
# **You need** notebook 03: chat format, jobs, loss curves. No subscription, no key.

# %%
import json

import helpers
from helpers.lessons import azure

helpers.show_mode()
MODEL = "gpt-4o-mini-2024-07-18"

# %% [markdown]
# The four ingredients here: **model** (gpt-4o-mini's name, SmolLM2-135M's work), **data** (section 2), **training** (4), and
# **hosting**, which on Azure is a thing of its own, with a price by the hour (5 and 8).
#
# ## 1 The parts
# *6 minutes.*

# %%
azure.show_parts()

# %% [markdown]
# Two doors lead into this house. The **data plane** is the resource's own address: files, jobs, chat. It takes one of
# the resource's two keys or a token of **Microsoft Entra ID**. The **control plane** (Azure Resource Manager) makes and
# deletes deployments, so it can make costs: it takes an Entra ID token only. Live, `azure-identity` fetches that token
# for whoever is signed in (`az login`): `DefaultAzureCredential().get_token(…)`. Tokens last about an hour; keys last until
# somebody changes them, which is why they belong into the environment or `.env`, never into a cell.

# %%
names = helpers.azure_names()
print("endpoint      ", names.endpoint)
print("control plane ", names.management_url)
print("resource      ", names.subscription_id, "/", names.resource_group, "/", names.resource_name)

# %% [markdown]
# In mock mode both lead to the mock cloud on this computer. Three clients, all of them unmodified: the *dated* data
# plane (`AzureOpenAI`, every address ends in `?api-version=…`), the newer *v1* address (the ordinary `OpenAI` client, no
# version), and the management SDK.

# %%
dated = helpers.azure_client()
v1 = helpers.azure_v1_client()
management = helpers.azure_management()
print(type(dated).__name__, dated.base_url)
print(type(v1).__name__, v1.base_url)

# %% [markdown]
# Nearly everybody's first call to Azure fails. `azure.explain_errors()` says in one sentence what each error means:

# %%
from openai import AzureOpenAI

right = {"azure_endpoint": names.endpoint, "api_key": dated.api_key, "api_version": names.api_version}
for mistake in ({"api_key": "a-wrong-key"}, {"api_version": "2020-01-01"}, {"azure_endpoint": "http://127.0.0.1:9"}):
    with azure.explain_errors():
        AzureOpenAI(**{**right, **mistake}, max_retries=0).files.list()

# %% [markdown]
# Which models Azure fine-tunes, where, and until when. Two dates each: from the first one on, a *new* subscription gets the base model no more
# (and so cannot train it; whoever used it before may, for a while); on the second, tuned deployments stop.

# %%
azure.show_models()

# %% [markdown]
# So whoever starts on Azure today takes `gpt-4.1-mini` in live mode: set `MODEL = "gpt-4.1-mini-2025-04-14"` above. In mock mode every name goes on
# working.

# %% [markdown]
# ## 2 The data
# *5 minutes.* 60 conversations to train on, 20 for validation, 40 held out. The fact stands in the prompt, as it
# would after a search: what we train is the *tone*. `data/clippy/README.md` says how the set was made.

# %%
first = json.loads(helpers.data("clippy/train.jsonl").read_text("utf-8").splitlines()[0])
for message in first["messages"]:
    print(f"[{message['role']}] {message['content']}")

# %% [markdown]
# Microsoft's tutorial trains on ten such rows. We keep that size beside ours, as `tiny_train.jsonl`, to see what ten rows
# can and cannot do. First the checks of notebook 03:

# %%
helpers.check_dataset(helpers.data("clippy/train.jsonl"))

# %%
print(helpers.token_statistics(helpers.data("clippy/train.jsonl"), model=MODEL))
for training_type in ("GlobalStandard", "developerTier"):
    print(training_type)
    print(helpers.estimate_cost(
        helpers.data("clippy/train.jsonl"), MODEL, n_epochs=3, surface="azure", training_type=training_type
    ))

# %% [markdown]
# ## 3 Upload, and wait
# *4 minutes.* A run of this notebook that was cut short may have left its files; `find_upload` looks for the same bytes, so
# nothing is uploaded twice.

# %%
def upload(name):
    path = helpers.data(f"clippy/{name}.jsonl")
    return azure.find_upload(v1, path) or v1.files.create(file=path.open("rb"), purpose="fine-tune")


train, validation = upload("train"), upload("validation")
tiny_train, tiny_validation = upload("tiny_train"), upload("tiny_validation")
train.id, train.status

# %% [markdown]
# A new file is `pending`, then `processed`. A job that is created too early is refused, and the tutorial's reader wonders
# why. To see it at leisure, we let the mock cloud hold one file back (`helpers.list_faults()` names nine more things that
# can go wrong this way):

# %%
if not helpers.settings().is_live:
    with helpers.inject_fault("file-stuck", times=1), azure.explain_errors():
        early = v1.files.create(file=("early.jsonl", b"{}"), purpose="fine-tune")
        v1.fine_tuning.jobs.create(model=MODEL, training_file=early.id)
    v1.files.delete(early.id)

# %%
files = azure.wait_until_processed(v1, train, validation, tiny_train, tiny_validation)
[file.status for file in files]

# %% [markdown]
# ## 4 Two jobs
# *9 minutes, 3 of them waiting.* `trainingType` is Azure's own: *Standard* stays in the resource's region, *GlobalStandard* may
# train anywhere for 10 to 30% less, *developerTier* takes spare capacity for half of Global's price. The `openai` client does
# not know the field, so it goes into `extra_body`.

# %%
job = v1.fine_tuning.jobs.create(
    model=MODEL,
    training_file=train.id,
    validation_file=validation.id,
    method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 3}}},
    suffix="clippy",
    seed=18,
    extra_body={"trainingType": "GlobalStandard"},
)
job.id, job.status

# %%
job = helpers.watch(v1, job.id)
job.status, job.fine_tuned_model

# %% [markdown]
# The same client reads the diary, and the dated one sees the same job:

# %%
events = list(dated.fine_tuning.jobs.list_events(job.id, limit=100))
for event in reversed([event for event in events if event.type == "message"]):
    print(event.level, event.message)

# %% [markdown]
# Now the tutorial's size: ten rows, and ten epochs to give them a chance.
#
# **Predict first:** where will the training loss end, and the validation loss?

# %%
tiny = v1.fine_tuning.jobs.create(
    model=MODEL,
    training_file=tiny_train.id,
    validation_file=tiny_validation.id,
    method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 10}}},
    suffix="tiny",
    seed=18,
    extra_body={"trainingType": "developerTier"},
)
tiny = helpers.watch(v1, tiny.id)

# %%
def results(job):
    return helpers.read_results(v1.files.content(job.result_files[0]).read())


def checkpoints(job):
    return sorted(v1.fine_tuning.jobs.checkpoints.list(job.id).data, key=lambda found: found.step_number)


helpers.plot_loss(results(tiny), checkpoints=checkpoints(tiny), title="Ten rows, ten epochs")

# %% [markdown]
# Read it critically. The training loss says how well the ten rows are known; what counts is the validation loss over all
# rows, and whether it has turned upwards. Here it is for every epoch of both jobs:

# %%
for name, done in {"60 rows": job, "10 rows": tiny}.items():
    table = results(done)[["step", "train_loss", "full_valid_loss"]].dropna()
    print(f"{name}: lowest full validation loss {table['full_valid_loss'].min():.2f}")
    print(table.round(2).to_string(index=False), "\n")

# %% [markdown]
# ### Exercise: the tiny job's checkpoints
# Suppose a job on ten rows shows a full validation loss that falls for three epochs and rises for seven, while the training loss
# goes to zero. Which checkpoint is the best model for new questions?
#
# - A: the last one, its training loss is lowest
# - B: the one from the middle of the rise, a compromise
# - C: the one with the lowest full validation loss
# - D: none; once the validation loss rises, all checkpoints are spoiled

# %% tags=["exercise"]
answer = ...
helpers.check("04.overfit", answer)

# %% tags=["solution"]
answer = "C"
helpers.check("04.overfit", answer)

# %% [markdown]
# That rule is a rule of thumb: the loss says how well a model predicts *our* replies word by word, not whether its own replies are sarcastic.
# Where you can measure what you want, choose by that, on questions kept for choosing. First, what there is to choose from. A service keeps
# the last three checkpoints; earlier ones are gone, the one with the lowest loss perhaps among them.

# %%
kept = checkpoints(job)
for found in kept:
    print(f"step {found.step_number}: {found.metrics.full_valid_loss:.3f}  {found.fine_tuned_model_checkpoint}")

# %% [markdown]
# ## 5 Deploy
# *7 minutes.* A tuned model on Azure cannot answer until it has a **deployment**, and from then on it costs by the hour. First
# as in Microsoft's tutorial, with nothing but REST; the host comes from a variable, so the same cell runs here and there. The last
# checkpoint first.

# %%
best = kept[-1].fine_tuned_model_checkpoint
arm = azure.control_plane()
body = {
    "sku": {"name": "standard", "capacity": 1},
    "properties": {"model": {"format": "OpenAI", "name": best, "version": "1"}},
}
answer = arm.put(azure.deployment_address("clippy"), json=body)
answer.status_code, answer.json()["properties"]["provisioningState"]

# %% [markdown]
# It is being created. Ask it now, and you meet the most frequent error of all:

# %%
with azure.explain_errors():
    v1.chat.completions.create(model="clippy", messages=[{"role": "user", "content": "Are you there?"}])

# %%
def state():
    return arm.get(azure.deployment_address("clippy")).json()["properties"]["provisioningState"]


azure.wait_until_deployed(state)

# %% [markdown]
# The management SDK does the same and waits by itself. We need it for the base model, to compare with, for the model of ten rows, and for
# the other two checkpoints, since a checkpoint can only be asked when it is deployed. Each costs by the hour; the losers are deleted
# as soon as the choice is made.

# %%
def deploy(name, model, version="1"):
    wanted = {"sku": {"name": "standard", "capacity": 1},
              "properties": {"model": {"format": "OpenAI", "name": model, "version": version}}}
    made = management.deployments.begin_create_or_update(names.resource_group, names.resource_name, name, wanted)
    return made.result().properties.provisioning_state


deploy("base", "gpt-4o-mini", "2024-07-18"), deploy("tiny", tiny.fine_tuned_model)

# %%
candidates = {"clippy": best}
for number, found in enumerate(kept):
    if found.fine_tuned_model_checkpoint != best:
        deploy(f"clippy-{number}", found.fine_tuned_model_checkpoint)
        candidates[f"clippy-{number}"] = found.fine_tuned_model_checkpoint

# %%
[each.name for each in management.deployments.list(names.resource_group, names.resource_name)]

# %% [markdown]
# ### Exercise: deploy the right checkpoint
# Another job has left `TUNED` (its tuned model) and three checkpoints, named `TUNED:ckpt-step-…`; the one of step 45 has the lowest validation loss. Write the
# body of the request that deploys it on the Standard tier.

# %% tags=["exercise"]
TUNED = "gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef"
answer = ...
helpers.check("04.checkpoint", answer)

# %% tags=["solution"]
TUNED = "gpt-4o-mini-2024-07-18.ft-0123456789abcdef0123456789abcdef"
answer = {
    "sku": {"name": "standard", "capacity": 1},
    "properties": {"model": {"format": "OpenAI", "name": f"{TUNED}:ckpt-step-45", "version": "1"}},
}
helpers.check("04.checkpoint", answer)

# %% [markdown]
# ## 6 Ask by the deployment's name, and choose
# *5 minutes.* The dated and the v1 address, side by side. `model` is the deployment's name in both.

# %%
questions = azure.test_questions()
rows = helpers.data("clippy/validation.jsonl").read_text("utf-8").splitlines()
choosing = [json.loads(row)["messages"][:-1] for row in rows]
print(choosing[0][-1]["content"], "\n")
for client in (dated, v1):
    reply = client.chat.completions.create(model="clippy", messages=choosing[0], temperature=0, seed=18, max_tokens=60)
    print(f"{type(client).__name__:12} {reply.choices[0].message.content}")

# %% [markdown]
# Which checkpoint? The 20 validation questions decide, by the tone of the answers (the measure is explained below):

# %%
tones = {}
for name in candidates:
    tones[name] = azure.tone_of(helpers.ask_many(v1, name, choosing, max_tokens=60, label=name))
    print(f"{name:10} sarcastic {tones[name].mean:.0%}")
chosen = max(tones, key=lambda name: tones[name].mean)
for name in candidates:
    if name != chosen:
        arm.delete(azure.deployment_address(name))
print("kept:", chosen)

# %% [markdown]
# ## 7 Does it work?
# *10 minutes, 1 of them waiting.* Two questions, so two measures, on the 40 held-out questions:
#
# - **facts**: does the answer contain the fact, as a whole word, in one of its accepted forms?
# - **tone**: does it show at least one of six families of cues ("obviously", "How romantic.", "You're welcome." …)?
#
# The aim, set before measuring: at least 40 points more sarcasm than the base model at no more than 10 points of lost facts, and the tuned model
# better than every other rung of the ladder at *both at once*: the right fact, sarcastically. A measure made of
# patterns can be fooled, so first we compare it with answers that somebody has read and labelled:

# %%
by_models = [label for label in azure.hand_labels() if "model" in label["source"]]
print(azure.agreement(by_models))
hard = [label for label in azure.hand_labels() if label not in by_models]
print("on nine answers written to be hard:", azure.agreement(hard).same)
azure.cues("The capital of Portugal is Lisbon. I know, you were just about to say that, weren't you?")

# %% [markdown]
# It misses deadpan irony, and misses more than it invents. **Predict first:** what share of the base model's answers will be
# sarcastic? Its system message asks for sarcasm in so many words.

# %%
prompts = [question["messages"] for question in questions]
shown = [json.loads(row)["messages"] for row in helpers.data("clippy/train.jsonl").read_text("utf-8").splitlines()]
fixed = [message for conversation in shown[:4] for message in conversation[1:]]
asked = {
    "zero-shot": ("base", prompts),
    "fixed examples": ("base", [[prompt[0], *fixed, prompt[-1]] for prompt in prompts]),
    "nearest examples": ("base", helpers.nearest_prompts(prompts, shown, k=4)),
    "ten rows": ("tiny", prompts),
    "tuned": (chosen, prompts),
}

# %% [markdown]
# Plain code first, as always. It can do this, too: the fact stands in the prompt, so put it between two stock phrases.

# %%
replies = {"plain code": [azure.by_code(question) for question in questions]}
print(replies["plain code"][0])
for rung, (name, wanted) in asked.items():
    replies[rung] = helpers.ask_many(v1, name, wanted, max_tokens=60, label=rung)
scores = {rung: azure.score(answers, questions) for rung, answers in replies.items()}

# %%
ladder = helpers.Ladder("clippy", helpers.data("clippy/test.jsonl"), metric="both", model=MODEL, answer_tokens=40)
for rung, measured in scores.items():
    ladder.add(rung, measured.both, asked[rung][1] if rung in asked else ())
ladder.show("Right and sarcastic, 40 held-out questions")

# %%
for rung, measured in scores.items():
    print(f"{rung:17} {measured}")
azure.plot_scores(scores)

# %%
print(azure.verdict(scores["zero-shot"], scores["tuned"]))
print(ladder.verdict())
models_only = {rung: score for rung, score in ladder.rungs.items() if rung != "plain code"}
runner_up = max((rung for rung in models_only if rung != "tuned"), key=lambda rung: models_only[rung].mean)
print(f"tuned minus {runner_up}, the best that a model reached otherwise: {models_only['tuned'].minus(models_only[runner_up])}")

# %% [markdown]
# Look at *plain code*. One joke, forty times, and the measure is delighted: **a measure of patterns can be gamed**, and a
# number alone would have sold it. Read three of its answers and you know why nobody would ship it. So for tone the ladder needs a judge that sees
# the whole: people, blind (below). Against the other ways of using the *model*, the last line above tells what tuning brought.
#
# The ten-row model learns its ten replies by heart: its loss on new replies is bad, and still it may score high in tone. Loss and the
# task's measure can disagree, which is why the checkpoint was chosen by the measure, on questions kept for choosing. The intervals are those of the
# *differences*, question by question, since all were asked the same. Now judge yourself, without knowing who is who:

# %%
vote = azure.show_blind_vote(
    [question["messages"][-1]["content"] for question in questions[:8]],
    {name: replies[rung][:8] for name, rung in (("base", "zero-shot"), ("tuned", "tuned"))},
)

# %% [markdown]
# When you have voted eight times, the names are revealed. Your own count, as evidence beside the measure's:

# %%
print(vote.result() if vote.is_over else "No vote yet. Vote above, then run this cell again.")

# %% [markdown]
# ### Continuous fine-tuning
# More data next month? A tuned model can be the base of the next job. Here, one epoch more on the tiny file:

# %%
further = v1.fine_tuning.jobs.create(
    model=candidates[chosen],
    training_file=tiny_train.id,
    method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 1}}},
    seed=18,
)
further = helpers.watch(v1, further.id)
print(further.model, "->", further.fine_tuned_model, sep="\n")

# %% [markdown]
# Ten steps of one row each: such a curve says little. To know whether it helped, give a validation file, or ask the model.

# %% [markdown]
# ## 8 The bill
# *6 minutes.* The mock cloud keeps a meter. What this run would have cost live, at dated prices:

# %%
azure.metered_bill()

# %% [markdown]
# (Tokens of a tuned deployment are billed like the base model's, the hours come on top. Microsoft calls the numbers on its page examples: look up
# your region's.) Small, because we are still here. What if you close the laptop now and go into the weekend?

# %%
forgotten = azure.show_forgotten_deployment()

# %% [markdown]
# ### Exercise: the weekend
# Friday 18:00 to Monday 8:00, one Standard deployment, nobody asks. What does it cost, in USD?

# %% tags=["exercise"]
answer = ...
helpers.check("04.weekend", answer)

# %% tags=["solution"]
answer = 62 * 1.70
helpers.check("04.weekend", answer)

# %% [markdown]
# ### Exercise: the tier
# You want to try a checkpoint this afternoon and throw it away. Which tier? A: Standard, B: Developer, C: Global Standard

# %% tags=["exercise"]
answer = ...
helpers.check("04.tier", answer)

# %% tags=["solution"]
answer = "B"
helpers.check("04.tier", answer)

# %% [markdown]
# ## 9 The off switch
# *3 minutes.* Deployments first, since they cost; then models, jobs and files.

# %%
for name in (chosen, "base", "tiny"):
    gone = arm.delete(azure.deployment_address(name))
    print("deployment", name, gone.status_code)

# %%
ours = (train.id, validation.id, tiny_train.id, tiny_validation.id, *(job.result_files + tiny.result_files + further.result_files))
for done in (job, tiny, further):
    for found in checkpoints(done):
        v1.models.delete(found.fine_tuned_model_checkpoint)
    dated.delete(f"/fine_tuning/jobs/{done.id}", cast_to=type(None))
for file_id in ours:
    v1.files.delete(file_id)

# %%
helpers.cleanup()

# %% [markdown]
# A tuned model that nobody deploys costs nothing, and a deployment that nobody uses is deleted by Azure after 15 days, the
# model staying. Both are reasons not to rely on it: 15 days are 612 USD.
#
# > **Run this for real.** Put `COURSE_MODE=live`, `AZURE_OPENAI_ENDPOINT`, `AZURE_OPENAI_API_KEY`, `AZURE_SUBSCRIPTION_ID`,
# > `AZURE_RESOURCE_GROUP` and `AZURE_RESOURCE_NAME` into `.env`, sign in with `az login`, restart the kernel. The same cells then
# > run against your resource. You see an estimate and are asked for a yes before each job and each deployment; a retired model
# > is refused with alternatives; the budget `COURSE_BUDGET_USD` is never exceeded. Jobs may wait for hours, deployments take minutes.
#
# ## Quiz

# %%
helpers.show_quiz("04-azure-openai")

# %% [markdown]
# ## In this notebook you
# - told data plane and control plane apart, and key and token;
# - trained two jobs, read their results critically and chose a checkpoint by tone, on validation questions;
# - deployed by REST and by SDK, met DeploymentNotFound, and asked by the deployment's name;
# - measured facts and tone up the whole ladder, saw plain code fool the measure, and voted blind;
# - read the bill, switched everything off, and saw the proof.

# %%
helpers.finish("04-azure-openai")
