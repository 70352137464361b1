"""What notebook 04 measures and shows, without the notebook."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import httpx2
import openai
import pytest

from helpers.dataset.costs import hosting_cost
from helpers.ground.paths import data
from helpers.lessons.azure.advice import advice, explain_errors
from helpers.lessons.azure.bill import Forgotten, metered_bill
from helpers.lessons.azure.blind_vote import BlindVote
from helpers.lessons.azure.pictures import parts_in_words, plot_scores, show_parts
from helpers.lessons.azure.scoring import by_code, score, verdict
from helpers.lessons.azure.scoring import test_questions as azure_questions
from helpers.lessons.azure.tone import agreement, cues, hand_labels, is_sarcastic
from helpers.lessons.azure.uploads import find_upload
from helpers.lessons.azure.waiting import StillWaiting, wait_until_deployed, wait_until_processed
from helpers.measure.asking import Reply
from tests.azure_surfaces import Azure, chat_file, upload

QUESTIONS = [{"accepted": ["Lisbon"]}, {"accepted": ["two", "2"]}]


@pytest.mark.parametrize(
    ("text", "family"),
    [
        ("Oh, only Lisbon.", "mock excitement"),
        ("Lisbon, obviously.", "pretended obviousness"),
        ("Lisbon. How romantic.", "short verdict"),
        ("Lisbon. What could go wrong?", "question that wants no answer"),
        ("Lisbon. You\u2019re welcome.", "mock courtesy"),
        ("I am only a paperclip.", "the put-upon paperclip"),
    ],
)
def test_each_family_of_cues_is_found(text: str, family: str) -> None:
    assert family in cues(text)


@pytest.mark.parametrize(
    "text",
    ["The capital of Portugal is Lisbon.", "It has two moons, Phobos and Deimos.", "How many? Eight.", ""],
)
def test_plain_answers_have_no_cue(text: str) -> None:
    assert not is_sarcastic(text)


def test_the_patterns_match_their_own_examples() -> None:
    for family in json.loads(data("clippy/tone_cues.json").read_text("utf-8"))["families"]:
        assert family["name"] in cues(family["example"])


def test_the_measure_agrees_with_the_hand_labels() -> None:
    labels = hand_labels()
    by_models = agreement([label for label in labels if "model" in label["source"]])
    assert by_models.n >= 60
    assert by_models.same / by_models.n >= 0.85, str(by_models)
    assert by_models.false_alarms == []
    assert agreement().kappa >= 0.5, "hard cases included"


def test_chance_agreement_has_kappa_zero() -> None:
    labels = [{"text": "Oh, wow.", "sarcastic": n % 2 == 0} for n in range(10)]
    assert agreement(labels).kappa == 0


def test_both_scores_and_the_verdict() -> None:
    before = score(["It is Lisbon.", "It has 2."], QUESTIONS)
    after = score([Reply("Oh, Lisbon.", 5, 3), Reply("Three, obviously.", 5, 4)], QUESTIONS)
    assert [before.facts.mean, before.tone.mean, after.facts.mean, after.tone.mean] == [1, 0, 0.5, 1]
    assert (after.both.mean, after.both.tokens) == (0.5, 17)
    said = verdict(before, after)
    assert "tone: +100 points" in said
    assert "loss of facts is 40 points too large" in said
    assert "Both aims are reached" in verdict(before, score(["Oh, Lisbon.", "Oh, two."], QUESTIONS))
    assert "misses the aim by 40 points" in verdict(before, before)


def test_code_can_fool_a_measure_made_of_patterns() -> None:
    asked = azure_questions()
    fooled = score([by_code(question) for question in asked], asked)
    assert fooled.tone.mean == 1 and fooled.facts.mean >= 0.9, "the notebook says so"


def test_failed_replies_are_counted_not_scored() -> None:
    half = score([None, "two"], QUESTIONS)
    assert (half.facts.n, half.facts.n_failed, half.facts.mean) == (1, 1, 1)
    with pytest.raises(ValueError, match="one reply per question|compared"):
        score(["Lisbon"], QUESTIONS)
    with pytest.raises(ValueError, match="None of"):
        score([None, None], QUESTIONS)


def test_the_vote_hides_the_names_and_counts_them() -> None:
    answers = {"base": ["b1", "b2", "b3"], "tuned": ["t1", "t2", "t3"]}
    vote = BlindVote(["q1", "q2", "q3"], answers, seed=3)
    for shown in list(vote.shown):
        vote.cast("A" if shown["A"].startswith("t") else "B")
    vote.cast("A")
    assert vote.is_over
    assert vote.counts == {"base": 0, "tuned": 3, "tie": 0}
    assert "tuned won 100%" in vote.result()
    assert {tuple(order) for order in BlindVote(["q"] * 20, {"a": [""] * 20, "b": [""] * 20}).orders} == {
        ("a", "b"),
        ("b", "a"),
    }


def test_the_slider_stays_sane_at_its_ends() -> None:
    slider = Forgotten()
    assert slider.usd == hosting_cost(62)
    slider.hours.value = 0
    assert slider.usd == 0
    slider.hours.value = slider.hours.max
    assert slider.usd == pytest.approx(15 * 24 * 1.7)
    slider.tier.value = "developertier"
    assert slider.usd == 0
    assert "removed it after 24 hours" in slider.sentence()


def test_the_bill_comes_from_the_meter(azure: Azure, deployed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    metered = azure.cloud.call("/mock/metering")
    monkeypatch.setattr("helpers.lessons.azure.bill.mock_call", lambda path: metered)
    bill = metered_bill()
    assert any(deployed in row.what and "still running" in row.quantity for row in bill.rows)
    assert bill.usd > 0
    assert "together about" in repr(bill)
    assert "<table>" in bill._repr_html_()


def test_pictures_have_words(capsys: pytest.CaptureFixture[str]) -> None:
    show_parts()
    few = score(["Lisbon", "two"], QUESTIONS)
    plot_scores({"base": few, "tuned": few})
    assert "Deployment" in parts_in_words()


def test_an_upload_is_found_again(azure: Azure, tmp_path: Any) -> None:
    client = azure.v1()
    path = chat_file(tmp_path, rows=17, name="again.jsonl")
    assert find_upload(client, path) is None
    id = upload(client, path)
    assert find_upload(client, path).id == id
    chat_file(tmp_path, rows=16, name="again.jsonl")
    assert find_upload(client, path) is None
    client.files.delete(id)


def test_waiting_ends_with_the_file_the_deployment_or_a_reason(azure: Azure, training_file: str) -> None:
    file = azure.v1().files.retrieve(training_file)
    assert wait_until_processed(azure.v1(), file)[0].status == "processed"
    states = iter(["Creating", "Creating", "Succeeded"])
    assert wait_until_deployed(lambda: next(states)) == "Succeeded"
    with pytest.raises(StillWaiting, match="Failed"):
        wait_until_deployed(lambda: "Failed")
    with pytest.raises(StillWaiting, match="still Creating"):
        wait_until_deployed(lambda: "Creating", seconds=0)
    bad = azure.v1().files.create(file=("bad.jsonl", b"{oops"), purpose="fine-tune")
    with pytest.raises(StillWaiting, match=r"bad\.jsonl cannot be used"):
        wait_until_processed(azure.v1(), bad)
    azure.v1().files.delete(bad.id)


def test_each_first_mistake_gets_one_sentence(azure: Azure, deployed: str, capsys: Any) -> None:
    hello: Any = [{"role": "user", "content": "Hi"}]
    expired = azure.cloud.call("/mock/entra-token?seconds=-9", method="POST")["access_token"]
    mistakes = {
        "key is not accepted": lambda: azure.dated(api_key="wrong").files.list(),
        "Nobody answers": lambda: azure.dated(azure_endpoint="http://127.0.0.1:9").files.list(),
        "api-version does not exist": lambda: azure.dated(api_version="2020-01-01").files.list(),
        "leads nowhere": lambda: azure.dated(azure_endpoint=f"{azure.cloud.root_url}/openai").files.list(),
        "No deployment of this name": lambda: azure.v1().chat.completions.create(model="x", messages=hello),
        "token has expired": lambda: azure.dated(api_key=None, azure_ad_token=expired).files.list(),
        "There is no such model": lambda: azure.management().deployments.begin_create_or_update(
            "g",
            "a",
            "d",
            {"sku": {"name": "standard"}, "properties": {"model": {"format": "OpenAI", "name": "?"}}},
        ),
    }
    for sentence, mistake in mistakes.items():
        with explain_errors():
            mistake()
        said = capsys.readouterr().out
        assert sentence in said
        assert len(said.strip().splitlines()) == 1


def test_other_errors_come_through() -> None:
    assert advice(ValueError("x")) is None
    with pytest.raises(KeyError), explain_errors():
        raise KeyError("mine")
    response = httpx2.Response(418, request=httpx2.Request("GET", "http://x"))
    error = openai.APIStatusError("teapot", response=response, body=None)
    assert advice(error) is None
    assert advice(SimpleNamespace(status_code=401, code="401", message="")) is not None  # type: ignore[arg-type]
