# %% [markdown]
# # 06 AutoTrain: fine-tuning without code
#
# *About 40 minutes; the machine works about 7 of them.*
#
# A colleague who does not program wants to fine-tune a model. **AutoTrain Advanced**, by Hugging Face, offers three
# faces for that: a file, a command, a web page. You train the same small job through all three, look at what the tool
# does behind your back, and run the job once more with the tool that has taken its place.
#
# **You will be able to**
# 1. write a job file that works, and find out what is wrong with one that does not;
# 2. start the same job from a file, from the command line and in the web page, and tell whether it *really* trained;
# 3. load the result, and compare it with the base model and with notebook 05's way of training;
# 4. say what AutoTrain decides for you, where it can run and what that costs;
# 5. move an AutoTrain job to `trl sft`, which is maintained.
#
# The four ingredients: **model** (SmolLM2-135M, exported for old libraries), **data** (a folder and a column), **training** (AutoTrain, on this computer),
# **hosting** (yours: the result is an adapter in a folder).
#
# **You need** notebook 01; notebook 05 helps. No account, no token, no GPU.

# %%
import helpers
from helpers.lessons import autotrain

helpers.show_mode()

# %% [markdown]
# ## 1 AutoTrain's own environment
# *3 minutes, the first time.* AutoTrain's last release, 0.8.36, is of **21 January 2025**. It needs the libraries of
# that time (transformers 4.48, TRL 0.13), and they do not go together with the course's. So it lives in an environment
# of its own. The cell says what it costs before it starts; run again, it is done at once, and an installation that
# was cut off is taken up where it stopped.

# %%
autotrain.prepare_environment()

# %% [markdown]
# The base model is the course's own, SmolLM2-135M, exported for those older libraries. That is less trivial than it
# sounds: they load a folder written today without complaint and then compute with a wrong `rope_theta`. The course
# rewrites the small files, and a test compares the logits of both environments.

# %%
base_model = autotrain.export_base_model()
base_model.name

# %% [markdown]
# ## 2 The data: a folder and a column
# *4 minutes.* AutoTrain wants a **folder** that holds `train.jsonl` or `train.csv`. Ours gets the first 40 recipe chats
# of notebook 03.

# %%
folder = autotrain.work_folder() / "recipes"
folder.mkdir(exist_ok=True)
chats = helpers.data("recipes/train.jsonl").read_text("utf-8").splitlines()[:40]
(folder / "train.jsonl").write_text("\n".join(chats), "utf-8")

# %% [markdown]
# ## 3 Face one: a job file
# *8 minutes.* This is a whole AutoTrain job. `column_mapping` says which column holds the text, `chat_template:
# tokenizer` turns a list of messages into one text, `quantization: null` matters because the default, int4, needs an
# NVIDIA GPU.

# %%
job = f"""
task: llm-sft
base_model: {base_model}
project_name: {autotrain.new_project_name("recipes-yaml")}
log: none
backend: local
data:
  path: recipes
  train_split: train
  valid_split: null
  chat_template: tokenizer
  column_mapping:
    text_column: messages
params:
  block_size: 128
  epochs: 1
  batch_size: 2
  gradient_accumulation: 1
  lr: 1.0e-3
  mixed_precision: {autotrain.mixed_precision()}
  quantization: null
  peft: true
  lora_dropout: 0.0
  disable_gradient_checkpointing: true
  logging_steps: 1
"""
print(autotrain.check_config(job, folder=autotrain.work_folder()))

# %% [markdown]
# A mistake in such a file costs minutes: AutoTrain answers a forgotten key with a bare `KeyError`, and other mistakes
# only after the model is loaded. `check_config` knows what AutoTrain's own parser accepts, and what fails later.
#
# **Predict first:** which of these three would AutoTrain refuse at once, and which would fail only after a while?

# %%
for change in ("chat_template: tokenizer", "quantization: null", "project_name: "):
    broken = job.replace(change, "project_name: my_" if change.startswith("project") else "#")
    print(autotrain.check_config(broken, folder=autotrain.work_folder()), "\n")

# %% [markdown]
# What will the model read? The preview shows one row the way AutoTrain turns it into text:

# %%
config = autotrain.read_config(job)
print(autotrain.preview_row(config))

# %% [markdown]
# In a terminal you would now type `autotrain --config job.yml`. The course runs exactly that, in AutoTrain's
# environment, and adds what the tool lacks: a progress bar, a stop button (it ends every process of the job), and an
# honest verdict. **AutoTrain's exit code is 0 even when the training has failed**; what counts is the file
# `adapter_model.safetensors` in the project folder.

# %%
file = autotrain.write_config(config)
from_file = autotrain.run_yaml(file)
print(from_file)

# %% [markdown]
# A second run with the same project name would write over the first one. AutoTrain does not ask; the course does:

# %%
try:
    autotrain.run_yaml(file)
except autotrain.ProjectExists as refusal:
    print(refusal)

# %% [markdown]
# ## 4 Face two: the command line
# *5 minutes.* The same job as one command. Every key of the file has an option; only what differs from the command's
# own defaults has to be said (and its defaults are not those of the file: `--block-size` is 1024 here, unset there).

# %%
config["project_name"] = autotrain.new_project_name("recipes-command")
command = autotrain.command_line(config)
print(autotrain.as_shell(command))

# %%
from_command = autotrain.run_command(command)
print(from_command)

# %% [markdown]
# ## 5 Face three: the web page
# *8 minutes.* `autotrain app` starts a page on this computer. It will not start without the Hugging Face hub, even for
# a local job: it asks for a list of models, for your user name, and whether your project exists there already. **So the
# course imitates these three answers** with a small server on this computer; nothing is sent anywhere and the token is
# made up. The page also takes its looks from three other sites; the course serves it with a style sheet of its own.

# %%
config["project_name"] = autotrain.new_project_name("recipes-page")
page = autotrain.Gui.start(base_model)
page.show_address()

# %% [markdown]
# Open the address if you want to click yourself; the pictures show what to fill in. Two traps: **Parameter Mode** must be
# *Full* to see `quantization`, and `push_to_hub` has no field at all. It is on unless you write `"push_to_hub": false`
# in the JSON view, and then the job fails here.

# %%
autotrain.show_page_guide()

# %% [markdown]
# The next cell sends the same form as the page's button does, so that this notebook also runs unattended. (If you
# clicked, replace the first line by `from_page = page.follow("the project name in the form")`.)

# %%
from_page = page.train(config)
page.stop()
print(from_page)

# %% [markdown]
# One page runs one job in its life (a second one dies with *unrecognized arguments*): start it again for the next.
# Its message "Success!" only means that the job was started.
#
# **Predict first:** three faces, one job, one `seed` (42, the default). Are the three adapters the same, number for
# number?

# %%
autotrain.compare_adapters(from_file.project, from_command.project, from_page.project)
for run in (from_file, from_command, from_page):
    print(f"{run.way:13} loss {run.losses[0][1]:.2f} → {run.losses[-1][1]:.2f}, {run.seconds:.0f} s")

# %% [markdown]
# They are not, although every run learns about the same. An adapter starts from random numbers, and AutoTrain draws them
# before any seed is set; the `seed` of your file reaches only its Unsloth branch. So no two AutoTrain runs here are
# quite the same: worth knowing when you compare results that differ a little.
#
# ## 6 What AutoTrain decides for you
# *6 minutes.* **Packing.** Chats are joined end to end and cut into blocks of `block_size` tokens, wherever that falls.
# Here are the second and third block of your job; look at where they begin:

# %%
for block in autotrain.packed_blocks(config)[1:3]:
    print(block, "\n" + "-" * 80)

# %% [markdown]
# **Loss on every token.** The model is trained to predict the system message and the recipe as hard as the answer.
# How much of the training goes into what you actually want?

# %%
share = autotrain.answer_share(config)
print(f"{share:.0%} of the trained tokens belong to an answer")

# %% [markdown]
# **No validation.** A `valid_split` of a local language-model job is dropped without a word: no validation loss, no
# warning, no way to see overfitting. **Your token.** With a hub token in the job, AutoTrain writes it in clear text into
# `training_params.json`, beside the model you may want to share. The course took the page's (made-up) one out:

# %%
import json

saved = json.loads((from_page.project / "training_params.json").read_text())
"token" in saved, sorted(path.name for path in from_page.project.iterdir())

# %% [markdown]
# ## 7 The successor: `trl sft`
# *5 minutes.* TRL, the library under AutoTrain, has a command line of its own, and it is maintained. The same job, key
# by key:

# %%
same = autotrain.trl_config(config, base_model=helpers.base_model_folder())
same["output_dir"] = autotrain.new_project_name("recipes-trl")
print(autotrain.to_yaml(same))

# %%
file = autotrain.write_config(same, autotrain.work_folder() / "trl.yml")
with_trl = autotrain.run_trl(file)
print(with_trl)

# %% [markdown]
# And notebook 05's way, which AutoTrain cannot be told: prompt and completion in two columns, one chat at a time
# instead of packed blocks, and the loss on the answer only.

# %%
better = autotrain.make_completion_only(same, folder)
better["output_dir"] = autotrain.new_project_name("recipes-completion")
file = autotrain.write_config(better, autotrain.work_folder() / "completion.yml")
completion_only = autotrain.run_trl(file)
print(completion_only)

# %% [markdown]
# ## 8 Was it worth it?
# *5 minutes.* A LoRA result is an ordinary peft adapter: it loads in today's libraries, AutoTrain's, too.

# %%
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

helpers.quiet_libraries()
tokenizer = AutoTokenizer.from_pretrained(helpers.base_model_folder())
base = AutoModelForCausalLM.from_pretrained(helpers.base_model_folder(), dtype=torch.float32)
model = PeftModel.from_pretrained(base, from_file.project, adapter_name="AutoTrain")
model.load_adapter(with_trl.project, "trl sft")
model.load_adapter(completion_only.project, "completion only")

# %% [markdown]
# 24 of notebook 03's test recipes, each another dish, the same for all. F1 as there: 1 is a perfect list. The opponents are the base model, plain,
# and with the four most alike training recipes in the prompt.

# %%
test = helpers.data("recipes/test.jsonl").read_text("utf-8").splitlines()[:24]
test = [json.loads(line)["messages"] for line in test]
expected = [json.loads(messages[-1]["content"]) for messages in test]
questions = [messages[:-1] for messages in test]
near = helpers.nearest_prompts(questions, [json.loads(chat)["messages"] for chat in chats], k=4)

# %%
with model.disable_adapter():
    answers = {
        "zero-shot": autotrain.answer_all(model, tokenizer, questions),
        "nearest examples": autotrain.answer_all(model, tokenizer, near),
    }
for name in ("AutoTrain", "trl sft", "completion only"):
    model.set_adapter(name)
    answers[name] = autotrain.answer_all(model, tokenizer, questions)
scores = {name: helpers.evaluate(texts, expected) for name, texts in answers.items()}

# %%
runs = {"AutoTrain": from_file, "trl sft": with_trl, "completion only": completion_only}
autotrain.show_comparison(scores, runs, lines={"AutoTrain": job, "trl sft": same, "completion only": better})

# %%
helpers.plot_bars(
    {name: score.f1 for name, score in scores.items()},
    title="F1 on 24 unseen recipes",
    intervals={name: score.f1_interval for name, score in scores.items()},
)

# %% [markdown]
# What may be concluded? Item by item, the three ways of training against the best prompt, and against each other:

# %%
for name in runs:
    print(f"{name} minus nearest examples: {scores[name].minus(scores['nearest examples'])}")
print(f"completion only minus AutoTrain: {scores['completion only'].minus(scores['AutoTrain'])}")

# %% [markdown]
# One run each, twenty to thirty steps, 24 recipes: even an interval above 0 speaks of *these* runs, not of the tools, since another seed
# would have trained another model (section 5). So the course's preference for the last way rests on reasons, not on this score: the loss
# looks at the answer only, chats are not cut apart, and the tool is maintained. One answer side by side:

# %%
for name, texts in answers.items():
    print(f"{name:16} {texts[1][:110]}")
print(f"{'wanted':16} {test[1][-1]['content'][:110]}")

# %%
ladder = helpers.Ladder("recipes (40 chats)", helpers.data("recipes/test.jsonl"))
for name, score in scores.items():
    ladder.add(name if name in ("zero-shot", "nearest examples") else f"tuned: {name}", score)

# %% [markdown]
# ## 9 Where it could run, and what that costs
# *3 minutes.* The `backend` key moves the job. Anywhere but on your own machine your data and your model leave it.

# %%
autotrain.show_places(hours=1)

# %% [markdown]
# > **Run this for real.** On a Space the job file gets a `hub` block with your user name, `token: ${HF_TOKEN}` and
# > `push_to_hub: true`. The course never asks for that token and does not start such a job: it is your account's money,
# > and an unmaintained tool. A Space on a GPU costs by the hour until it sleeps or is paused; check it afterwards.
# > With a GPU of your own, drop `quantization: null` and take a bigger base model; the file stays the same.
#
# ## 10 What to use today

# %%
autotrain.show_successors()

# %% [markdown]
# For a new project: `trl sft` if a file is enough, a LLaMA-Factory or Unsloth page on a GPU machine if it has to be
# clicked. AutoTrain remains a good way to see what every no-code tool does underneath.
#
# ## Exercises
# `helpers.show_hint("06.repair")` and `helpers.show_solution("06.repair")` help, as everywhere.
#
# **1. Repair a job file.** Five things are wrong with this one. `autotrain.check_config(text)` names one at a time.

# %%
broken = autotrain.broken_job()
print(broken)

# %% tags=["exercise"]
answer = ...  # the repaired file as text
helpers.check("06.repair", answer)

# %% tags=["solution"]
answer = broken.replace("my_recipes", "my-recipes").replace("backend:", "log: none\nbackend:")
mapping = "chat_template: tokenizer\n  column_mapping:\n    text_column: messages"
answer = answer.replace("column_mapping: messages", mapping) + "  quantization: null\n"
helpers.check("06.repair", answer)

# %% [markdown]
# **2. How many steps?** Suppose 64 chats make 11,264 tokens. With `block_size: 128`, `batch_size: 2`, `gradient_accumulation: 2`
# and one epoch, how many optimizer steps does AutoTrain take?

# %% tags=["exercise"]
answer = ...
helpers.check("06.steps", answer)

# %% tags=["solution"]
answer = 11_264 // 128 // 2 // 2
helpers.check("06.steps", answer)

# %% [markdown]
# **3. What does the change do?** You put `validation.jsonl` into the folder and write `valid_split: validation`.
# A: it is evaluated after each epoch. B: AutoTrain refuses the file. C: nothing. D: its rows are trained on.

# %% tags=["exercise"]
answer = ...  # "A", "B", "C" or "D"
helpers.check("06.change", answer)

# %% tags=["solution"]
answer = "C"
helpers.check("06.change", answer)

# %% [markdown]
# ## Quiz

# %%
helpers.show_quiz("06-autotrain")

# %% [markdown]
# ## In this notebook you
# - wrote, checked and ran one job through three faces, and saw how alike (and how unlike) the results are;
# - judged success by the result, not by an exit code or a green message;
# - saw packing, loss on every token and the missing validation;
# - compared prompts, AutoTrain, `trl sft` and completion-only training on the same unseen recipes, and know what one run cannot show;
# - know where AutoTrain stands, and what to use instead.
#
# `autotrain.remove_environment()` gives 1.7 GB back.

# %%
helpers.finish("06-autotrain")
