"""Broken training files meet the checks: each is told what is wrong, where, and what to do."""

import json
import tracemalloc

import pytest

from helpers.dataset.dataset_checks import check_dataset
from helpers.dataset.dataset_findings import _sentences, explain
from helpers.engine.text.chat_format import MAX_LINE_BYTES, Problem


def row(question="How much flour?", answer='["flour"]', role="assistant"):
    messages = [{"role": "user", "content": question}, {"role": role, "content": answer}]
    return json.dumps({"messages": messages})


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
    "extra key": ([*rows(), row()[:-1] + ', "score": 1}'], "extra_key", 13, "score"),
    "not a conversation": (
        [*rows(), '{"prompt": "", "completion": ""}'],
        "unexpected_format",
        13,
        "completion",
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_broken_file_is_refused_with_its_line(case, tmp_path):
    content, code, line, words = BROKEN[case]
    report = check_dataset(write(tmp_path, content))
    found = next(finding for finding in report.errors if finding.code == code)
    assert not report.ok
    assert found.line == line and words in found.what and found.fix
    assert str(found) in str(report)
    assert "✗" in report._repr_markdown_()


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
    odd = json.loads(row())
    odd["messages"].insert(0, {"role": "system", "content": "Be brief."})
    report = check_dataset(write(tmp_path, [*rows(), json.dumps(odd)]))
    assert report.ok and [found.code for found in report.warnings] == ["mixed_system"]


def test_many_findings_are_counted_and_few_are_shown(tmp_path):
    report = check_dataset(write(tmp_path, [*rows(), *["oops"] * 200]))
    assert report.counts["invalid_json"] == 200
    assert len([found for found in report.errors if found.code == "invalid_json"]) == 3
    assert "more of these kinds" in str(report)


def test_the_first_error_is_announced_at_once(tmp_path):
    said = []
    check_dataset(write(tmp_path, ["oops", *rows(), "oops"]), announce=said.append)
    assert len(said) == 1 and said[0].startswith("line 1:")


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


@pytest.mark.parametrize("code", sorted(_sentences()))
def test_every_sentence_can_be_said(code):
    found = explain(Problem(code, 1, 0, "{detail}"))
    assert found.what.endswith((".", ")")) or found.what[-1] in ".…"
    assert found.fix and "{message}" not in str(found)


def test_every_code_of_the_reader_has_a_sentence():
    import re

    codes = set(re.findall(r"`(\w+)`", Problem.__doc__ or "")) - {
        "line",
        "message_index",
        "None",
        "detail",
        "warning",
    }
    assert len(codes) > 15
    assert codes <= set(_sentences())


def test_the_report_shows_markup_as_it_is(tmp_path):
    report = check_dataset(write(tmp_path, [*rows(), row(role="<b>|*x*")]))
    assert "<b>" not in report._repr_markdown_()
