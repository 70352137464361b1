"""Every picture is drawn and told in words; results files are read however they come."""

import base64
import re
from types import SimpleNamespace

import pytest

from helpers.dataset.file_tokens import token_statistics
from helpers.dataset.token_histogram import plot_token_histogram
from helpers.ground.paths import data
from helpers.jobs import loss_plot
from helpers.jobs.job_results import NotAResultsFile, read_results
from helpers.jobs.loss_plot import plot_loss
from helpers.measure.comparison_plot import plot_comparison
from helpers.measure.scores import Scores
from helpers.show import figures
from helpers.show.bars import plot_bars
from helpers.show.palette import BASE, TUNED

OPENAI = (
    "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n1,2.5,0.4,2.25,0.5\n2,1.5,0.6,,\n"
)
AZURE = (
    "step,train_loss,train_mean_token_accuracy,valid_loss,validation_mean_token_accuracy,full_valid_loss,"
    "full_valid_mean_token_accuracy\n1,2.5,0.4,2.25,0.5,-1,-1\n2,1.5,0.6,2.0,0.5,1.75,0.55\n"
)


@pytest.fixture
def shown(monkeypatch):
    found = []
    for module in (figures, loss_plot):
        monkeypatch.setattr(module, "show_html", lambda html, plain: found.append((html, plain)))
    return found


def drawn(html: str) -> str:
    """The SVG inside an `<img>`."""
    return base64.b64decode(html.split("base64,")[1].split('"')[0]).decode()


@pytest.mark.parametrize("content", [OPENAI, OPENAI.encode(), base64.b64encode(OPENAI.encode())])
def test_results_file_plain_or_base64(content):
    table = read_results(content)
    assert list(table) == ["step", "train_loss", "train_accuracy", "valid_loss", "valid_accuracy"]
    assert table["train_loss"].tolist() == [2.5, 1.5]
    assert table["valid_loss"].isna().tolist() == [False, True]


def test_results_file_of_azure_means_nothing_by_minus_one():
    table = read_results(AZURE)
    assert table["full_valid_loss"].isna().tolist() == [True, False]
    assert table["valid_accuracy"].tolist() == [0.5, 0.5]


@pytest.mark.parametrize("content", [b"", b"hello, world", b"\xff\xfe,", b"aGVsbG8=", "{}"])
def test_other_files_are_refused_in_words(content):
    with pytest.raises(NotAResultsFile, match="not the results file"):
        read_results(content)


def checkpoint(step, loss):
    return SimpleNamespace(step_number=step, metrics=SimpleNamespace(full_valid_loss=loss))


def test_loss_curve_is_told(shown):
    plot_loss(read_results(AZURE), checkpoints=[checkpoint(2, 1.75), checkpoint(1, None)])
    ((html, told),) = shown
    assert told.startswith("Loss while training. Training loss fell from 2.50 at step 1 to 1.50 at step 2.")
    assert "Checkpoint at step 1. Checkpoint at step 2: validation loss 1.75 over all rows." in told
    assert f'alt="{told}"' in html
    assert "validation, all rows 1.75" in drawn(html) and "Loss while training" in drawn(html)


def test_checkpoints_tell_what_the_results_file_does_not(shown):
    plot_loss(read_results(OPENAI), checkpoints=[checkpoint(2, 1.5)], title="Chef")
    assert "Chef. Training loss fell" in shown[0][1]
    assert "Checkpoint at step 2: validation loss 1.50 over all rows." in shown[0][1]


def test_loss_curve_of_a_job_without_validation(shown):
    plot_loss(read_results("step,train_loss\n1,2.0\n2,1.0\n"))
    assert "validation" not in shown[0][1] + drawn(shown[0][0])


def test_comparison_is_told(shown):
    results = {
        "base": Scores([0.1, 0.3], [True, False], tokens=200),
        "tuned": Scores([1.0, 0.8], [True, True], tokens=90),
    }
    plot_comparison(results)
    assert "base: F1 0.20" in shown[0][1] and "tuned: F1 0.90" in shown[0][1]
    assert "100 tokens per request" in shown[0][1]


def test_extremes_are_drawn(shown):
    plot_comparison({"all wrong": Scores([0.0], [False])})
    plot_bars({"a": 0.0, "b": 0.0}, title="Nothing <yet>")
    plot_token_histogram(token_statistics(data("recipes/train.jsonl")))
    assert len(shown) == 3 and "<yet>" not in shown[1][0]


def test_histogram_is_told(shown):
    plot_token_histogram(token_statistics(data("recipes/train.jsonl")))
    assert "100 examples" in shown[0][1] and "  " not in shown[0][1]


def test_figures_are_themed_reproducible_and_in_the_roles_colours(shown):
    for _time in range(2):
        plot_bars({"base": 0.2, "tuned": 0.9}, title="F1", intervals={"tuned": (0.8, 1.0)})
    first, again = (drawn(html) for html, _told in shown)
    assert first == again
    for role in (BASE, TUNED):
        assert f"fill: {role.variable}" in first and f"--{role.name}:{role.dark}" in first
    assert "#000000" not in first, "black cannot be seen on a dark ground"


def test_every_line_of_a_figure_follows_the_theme(shown):
    results = {"base": Scores([0.1, 0.3], [True, False], tokens=200)}
    plot_comparison(results, title="Two")
    plot_token_histogram(token_statistics(data("recipes/train.jsonl")))
    for html, _told in shown:
        sheet, _end, picture = drawn(html).partition("</style>")
        assert "#" not in re.sub(r'(?:href="|url\()#\w+', "", picture).replace("&#", "")
