"""The exercises of notebook 01, concepts."""

from __future__ import annotations

from helpers.ground.texts import _
from helpers.learning.exercises import Exercise
from helpers.learning.graders import choice, each, number, words

_GOALS = """\
goals = {
    "what": "A pre-trained model is trained further on examples of one task.",
    "when": "When prompts and RAG were tried, and the measured gain is worth the cost.",
    "how": "Prepare data, run a job, evaluate on held-out items against the baseline, deploy.",
    "limits": "It teaches behaviour better than facts, needs good data and upkeep, and can overfit.",
}"""

EXERCISES = (
    Exercise(
        name="01.tokens",
        title=_("What examples in the prompt cost"),
        grade=number(
            430_000,
            because={
                400_000: _(
                    "Those are the examples alone. The question itself is sent, too: 30 tokens each time."
                ),
                30_000: _(
                    "That is the prompt without examples. With 8 examples each request carries 8 x 50 more."
                ),
                430: _("That is one request. The bill is for 1,000 of them."),
            },
            praise=_("Every request pays for the examples again; a tuned model would send 30,000 tokens."),
        ),
        hints=(
            _("First work out one request: the question, and what 8 examples add to it."),
            _("One request: 30 + 8 x 50 tokens. How many requests are there?"),
        ),
        solution="prompt_tokens = 1_000 * (30 + 8 * 50)",
        why=_("A prompt is sent whole with every request; that is what fine-tuning can save."),
    ),
    Exercise(
        name="01.which",
        title=_("Which technique first?"),
        grade=each(
            {
                "today's menu": choice(
                    "RAG",
                    {
                        "PROMPT": _(
                            "An instruction cannot tell the model a menu that changes every morning."
                        ),
                        "TUNE": _(
                            "A tuned model knows yesterday's menu. Facts that change belong into the prompt."
                        ),
                    },
                ),
                "house style": choice(
                    "TUNE",
                    {
                        "PROMPT": _(
                            "It was tried: long instructions and eight examples, and it still slips."
                        ),
                        "RAG": _("Documents carry facts. A style is a behaviour; examples train it."),
                    },
                ),
                "first idea": choice(
                    "PROMPT",
                    {
                        "RAG": _("Nothing says that a fact is missing. Begin with the cheapest experiment."),
                        "TUNE": _("Without a measured prompt nobody could say whether training helped."),
                    },
                ),
            },
            _("Cheapest first; retrieval for facts; training for behaviour that prompts do not reach."),
        ),
        hints=(
            _("Ask what is missing: an instruction, a fact, or a behaviour?"),
            _("Facts: RAG. Behaviour that prompting does not reach: TUNE. Nothing tried yet: PROMPT."),
        ),
        solution='technique = {"today\'s menu": "RAG", "house style": "TUNE", "first idea": "PROMPT"}',
        why=_("The order of the illustrated guide, from cheap to costly, is also the order of trying."),
    ),
    Exercise(
        name="01.lora",
        title=_("The size of an adapter"),
        grade=number(
            16 * (576 + 1536),
            because={
                576 * 1536: _(
                    "That is the whole matrix; LoRA leaves it as it is and trains two narrow ones beside it."
                ),
                16 * 576: _("That is one of the two narrow matrices. The other has 16 x 1536 numbers."),
                16 * 1536: _("That is one of the two narrow matrices. The other has 576 x 16 numbers."),
                16 * 576 * 1536: _(
                    "The sides of the matrix are added, not multiplied: 576 x 16 and 16 x 1536."
                ),
            },
            praise=_("33,792 instead of 884,736: 3.8%."),
        ),
        hints=(
            _("LoRA puts two narrow matrices beside the big one: 576 x rank and rank x 1536."),
            _("576 x 16 + 16 x 1536"),
        ),
        solution="lora_numbers = 576 * 16 + 16 * 1536",
        why=_("Only these numbers are trained and saved; that is why a checkpoint is small."),
    ),
    Exercise(
        name="01.goals",
        title=_("The four questions of this course, in your own words"),
        grade=each(
            {
                "what": words(
                    [
                        (
                            ("train", "retrain"),
                            _("Say what is done with the model: it is *trained* further."),
                        ),
                        (("example", "data", "conversation"), _("Say on what: on examples of the task.")),
                    ],
                    at_least=6,
                ),
                "when": words(
                    [
                        (
                            ("prompt", "few-shot", "rag", "retriev", "baseline", "alternativ"),
                            _("Say what has to be tried before it."),
                        ),
                        (
                            ("measur", "score", "better", "quality", "cost", "token", "benefit"),
                            _("Say what it must bring."),
                        ),
                    ],
                    at_least=6,
                ),
                "how": words(
                    [
                        (("data", "example", "file"), _("It begins with data.")),
                        (
                            ("evaluat", "measur", "test", "compar", "held"),
                            _("Say how one knows that it worked."),
                        ),
                    ],
                    at_least=6,
                ),
                "limits": words(
                    [
                        (
                            (
                                "fact",
                                "knowledge",
                                "forget",
                                "overfit",
                                "cost",
                                "data",
                                "retire",
                                "maint",
                                "worse",
                            ),
                            _("Name at least one limit: facts, cost, data, overfitting, upkeep …"),
                        )
                    ],
                    at_least=6,
                ),
            },
            _("Keep these sentences; compare them with what you think after notebook 07."),
        ),
        hints=(
            _("One sentence each. What: which thing is changed, by what? When: after what, for what?"),
            _("How: data, job, evaluation, use. Limits: what cannot it do, what does it cost to keep?"),
        ),
        solution=_GOALS,
        why=_("The check looks for ideas, not for wording; it cannot judge whether a sentence is true."),
    ),
)
