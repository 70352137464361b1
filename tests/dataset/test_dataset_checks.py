"""Broken training files meet the checks: each is told what is wrong, where, and what to do."""

import json
import re
import tracemalloc

import pytest

from helpers.dataset.costs import estimate_cost
from helpers.dataset.dataset_checks import check_dataset
from helpers.dataset.dataset_findings import explain
from helpers.dataset.file_tokens import token_statistics
from helpers.dataset.finding_texts import sentences
from helpers.engine.text.row_reader import MAX_LINE_BYTES
from helpers.engine.text.verdict import Problem


def row(question="How much flour?", answer='["flour"]', role="assistant", system="Be brief."):
    messages = [{"role": "user", "content": question}, {"role": role, "content": answer}]
    first = [{"role": "system", "content": system}] if system else []
    return json.dumps({"messages": [*first, *messages]})


def rows(n=12):
    return [row(f"Recipe {number}") for number in range(n)]


def write(folder, content, name="train.jsonl"):
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else "\n".join(content).encode())
    return path


BROKEN = {
    "empty": (b"", "empty_file", None, "no examples"),
    "nine rows": (rows(9), "too_few_examples", None, "9 example(s)"),
    "bad JSON": ([*rows(), '{"messages": [}'], "invalid_json", 13, "at character 15"),
    "no answer": ([*rows(), row(role="user")], "no_assistant_message", 13, "no answer to learn"),
    "wrong role": ([*rows(), row(role="chef")], "unrecognized_role", 13, "chef"),
    "huge line": ([*rows(), row("x" * MAX_LINE_BYTES)], "line_too_long", 13, "longer than 1 MB"),
    "binary": (b"PK\x03\x04\x00\x00" * 100, "binary", 1, "not a text file"),
    "not UTF-8": ("\n".join(rows()).encode() + b'\n{"messages": "\xff"}', "not_utf8", 13, "UTF-8"),
    "UTF-16": ("\n".join(rows()).encode("utf-16"), "utf16", None, "text in UTF-16"),
    "UTF-16 without mark": ("\n".join(rows()).encode("utf-16-le"), "utf16", None, "text in UTF-16"),
    "extra key": ([*rows(), row()[:-1] + ', "score": 1}'], "extra_key", 13, "score"),
    "older format": ([*rows(), '{"prompt": "", "completion": ""}'], "wrong_kind", 13, "prompt/completion"),
    "Alpaca": (
        [*rows(), '{"instruction": "", "input": "", "output": ""}'],
        "unexpected_format",
        13,
        "output",
    ),
    "ShareGPT": (
        [*rows(), '{"conversations": [{"from": "human"}]}'],
        "unexpected_format",
        13,
        "conversations",
    ),
    "reinforcement": (
        [*rows(), '{"messages": [{"role": "user", "content": "2 + 2"}], "reference_answer": "4"}'],
        "wrong_kind",
        13,
        "reinforcement",
    ),
    "half an emoji": ([*rows(), row("ahoy \ud83d")], "lone_surrogate", 13, "half of a character"),
    "number": ([*rows(), row(answer=42)], "content_not_text", 13, "a JSON number"),
    "list of texts": ([*rows(), row(answer=["bread", "butter"])], "content_not_text", 13, "a JSON array"),
    "image": (
        [*rows(), row([{"type": "image_url", "image_url": {"url": "https://example.org/p.png"}}])],
        "content_not_offered",
        13,
        "images, which are not offered here",
    ),
    "sound": ([*rows(), row([{"type": "input_audio"}])], "content_not_offered", 13, "audio"),
    "only weight 0": (
        [line.replace('"assistant",', '"assistant", "weight": 0,') for line in rows()],
        "nothing_to_learn",
        None,
        "nothing is learned",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_refused_with_its_line(case, tmp_path):
    content, code, line, words = BROKEN[case]
    path = write(tmp_path, content)
    report = check_dataset(path)
    found = next(finding for finding in report.errors if finding.code == code)
    assert not report.ok
    assert found.line == line and words in found.what and found.fix
    assert str(found) in str(report)
    assert "✗" in report._repr_markdown_()
    assert str(found) in str(token_statistics(path))
    assert str(found) in str(estimate_cost(path))


@pytest.mark.parametrize("case", ["half an emoji", "number", "Alpaca", "bad JSON"])
def test_one_bad_line_is_one_finding_and_the_others_are_counted(case, tmp_path):
    path = write(tmp_path, BROKEN[case][0])
    assert [finding.line for finding in check_dataset(path).errors] == [13]
    assert (token_statistics(path).n_examples, token_statistics(path).n_skipped) == (12, 1)
    assert estimate_cost(path).tokens_per_epoch == token_statistics(write(tmp_path, rows())).total


@pytest.mark.parametrize("case", ["empty", "binary", "UTF-16", "only weight 0"])
def test_a_file_without_a_row_to_train_on_has_no_price(case, tmp_path):
    found = estimate_cost(write(tmp_path, BROKEN[case][0]))
    assert found.usd is None and str(found).startswith("No estimate")


def test_pairs_are_no_chat_file_and_have_a_price_of_their_own(tmp_path):
    answers = {
        key: [{"role": "assistant", "content": key}] for key in ("preferred_output", "non_preferred_output")
    }
    pair = json.dumps({"input": {"messages": [{"role": "user", "content": "Well?"}]}, **answers})
    path = write(tmp_path, [pair] * 12)
    found = estimate_cost(path)
    assert found.usd is None and 'kind="preference"' in str(found)
    assert estimate_cost(path, kind="preference").usd > 0


def test_duplicates_and_a_bom_only_warn(tmp_path):
    report = check_dataset(write(tmp_path, b"\xef\xbb\xbf" + "\n".join([*rows(), row("Recipe 3")]).encode()))
    assert report.ok and report.n_examples == 13
    assert [(found.code, found.line) for found in report.warnings] == [("bom", 1), ("duplicate_example", 13)]
    assert "line 4 already" in str(report)


@pytest.mark.parametrize("name", ["train.json", "train.csv", "train"])
def test_wrong_extension(tmp_path, name):
    report = check_dataset(write(tmp_path, rows(), name))
    assert [found.code for found in report.errors] == ["wrong_extension"]


@pytest.mark.parametrize(("path", "code"), [("missing.jsonl", "missing_file"), ("", "not_a_file")])
def test_a_path_that_cannot_be_read(tmp_path, path, code):
    report = check_dataset(tmp_path / path)
    assert [found.code for found in report.errors] == [code]
    assert "not checked" in str(report)


def test_same_question_in_two_files(tmp_path):
    train = write(tmp_path, rows())
    validation = write(
        tmp_path, [*(row(f"Other {number}") for number in range(10)), row("Recipe 5")], "v.jsonl"
    )
    report = check_dataset(validation, against=train)
    assert report.ok
    assert [(found.code, found.line) for found in report.warnings] == [("shared_example", 11)]


def test_a_second_system_message_is_mentioned(tmp_path):
    report = check_dataset(write(tmp_path, [*rows(), row(system="Be long.")]))
    assert report.ok and [(found.code, found.line) for found in report.warnings] == [("mixed_system", 13)]


def test_missing_system_and_user_messages_are_counted(tmp_path):
    greeting = json.dumps({"messages": [{"role": "assistant", "content": "Ahoy!"}]})
    report = check_dataset(write(tmp_path, [row("A", system=""), *rows(), row("B", system=""), greeting]))
    found = {finding.code: (finding.line, finding.rows) for finding in report.warnings}
    assert report.ok and found == {"missing_system": (1, 3), "missing_user": (15, 1)}
    assert report.counts["missing_system"] == 3
    assert "3 examples, the first in line 1: There is no system message." in str(report)
    assert "more of these kinds" not in str(report)


def test_many_findings_are_counted_and_few_are_shown(tmp_path):
    report = check_dataset(write(tmp_path, [*rows(), *["oops"] * 200]))
    assert report.counts["invalid_json"] == 200
    assert len([found for found in report.errors if found.code == "invalid_json"]) == 3
    assert "more of these kinds" in str(report)


def test_the_first_error_is_announced_at_once(tmp_path):
    said = []
    check_dataset(write(tmp_path, ["oops", *rows(), "oops"]), announce=said.append)
    assert len(said) == 1 and said[0].startswith("line 1:")


def long_rows(n, words):
    return [row(f"boat {number} " + "boat " * words) for number in range(n)]


def test_examples_beyond_the_small_models_context_are_told_and_counted(tmp_path, monkeypatch, tiny_model):
    monkeypatch.setenv("COURSE_BASE_MODEL", str(tiny_model))
    cut = row("Tell me about it", "boat " * 3000)
    report = check_dataset(write(tmp_path, [*rows(), *long_rows(3, 3000), cut, *long_rows(1, 1500)]))
    found = {finding.code: (finding.line, finding.rows) for finding in report.warnings}
    assert report.ok and found == {"left_out_example": (13, 3), "cut_example": (16, 1)}
    nothing = check_dataset(write(tmp_path, long_rows(12, 3000)))
    assert [finding.code for finding in nothing.errors] == ["all_too_long"]
    monkeypatch.setenv("COURSE_MODE", "live")
    assert check_dataset(tmp_path / "train.jsonl").ok


@pytest.fixture
def big(tmp_path):
    return write(tmp_path, [row(f"{number} " + "брашно " * 300) for number in range(800)])


def test_a_big_file_is_read_once_for_checks_statistics_and_estimate(big, monkeypatch):
    import helpers.dataset.file_survey as file_survey

    reads = []
    monkeypatch.setattr(file_survey, "_read", lambda *a, read=file_survey._read: reads.append(1) or read(*a))
    assert (
        check_dataset(big).n_examples
        == token_statistics(big).n_examples
        == estimate_cost(big).n_examples
        == 800
    )
    assert len(reads) == 1
    assert token_statistics(big, "gpt-3.5-turbo").total != token_statistics(big).total


def test_a_changed_file_is_read_again(big):
    assert check_dataset(big).ok
    big.write_bytes(big.read_bytes().replace(b'"assistant"', b'"assistent"', 1))
    report = check_dataset(big)
    assert [(finding.code, finding.line) for finding in report.errors][0] == ("unrecognized_role", 1)
    assert token_statistics(big).n_examples == 799


def test_a_report_does_not_change_the_next_one(big):
    twice = [check_dataset(big, against=big).counts["shared_example"] for _ in range(2)]
    assert twice == [800, 800]


def test_memory_stays_flat(tmp_path):
    peaks = []
    for n in (2_000, 20_000):
        path = tmp_path / f"{n}.jsonl"
        with path.open("w") as file:
            file.writelines(row(f"{number} " + "flour " * 300) + "\n" for number in range(n))
        tracemalloc.start()
        assert check_dataset(path).n_examples == n
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < peaks[0] + 6_000_000


@pytest.mark.parametrize("code", sorted(sentences()))
def test_every_sentence_can_be_said(code):
    name, _, own_detail = code.partition(" ")
    found = explain(Problem(name, 1, 0, own_detail or "image_url"))
    assert found.what[-1] in ".…)"
    assert found.fix and not re.search(r"\{\w+\}", str(found))


def test_every_code_of_the_reader_has_a_sentence():
    codes = set(re.findall(r"`(\w+)`", Problem.__doc__ or "")) - set(Problem.__dataclass_fields__) - {"None"}
    assert len(codes) > 30
    assert codes <= set(sentences())


def test_the_report_shows_markup_as_it_is(tmp_path):
    report = check_dataset(write(tmp_path, [*rows(), row(role="<b>|*x*")]))
    assert "<b>" not in report._repr_markdown_()
