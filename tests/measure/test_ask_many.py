"""Many requests at once through an ordinary client whose network is a function."""

import json
import threading

import httpx2
import openai
import pytest

from helpers.measure.asking import ask_many

COMPLETION = {
    "id": "chatcmpl-1",
    "object": "chat.completion",
    "created": 1,
    "model": "m",
    "usage": {"prompt_tokens": 7, "completion_tokens": 3, "total_tokens": 10},
}


def client(answer):
    def handle(request):
        body = json.loads(request.content)
        status, text = answer(body)
        if status != 200:
            return httpx2.Response(
                status, json={"error": {"message": text, "type": "t", "param": None, "code": None}}
            )
        message = {"role": "assistant", "content": text}
        choice = {"index": 0, "finish_reason": "stop", "message": message}
        return httpx2.Response(200, json=COMPLETION | {"choices": [choice]})

    transport = httpx2.Client(transport=httpx2.MockTransport(handle))
    return openai.OpenAI(api_key="k", base_url="http://mock/v1", http_client=transport, max_retries=0)


def questions(n):
    return [[{"role": "user", "content": str(number)}] for number in range(n)]


def test_answers_come_in_order_however_late():
    first_waits = threading.Event()

    def answer(body):
        text = body["messages"][0]["content"]
        if text == "0":
            assert first_waits.wait(5)
        if text == "5":
            first_waits.set()
        return 200, text

    replies = ask_many(client(answer), "m", questions(8), at_once=8)
    assert [reply.text for reply in replies] == [str(number) for number in range(8)]
    assert replies[0].tokens == 10


def test_several_requests_are_on_the_way_at_once():
    together = threading.Barrier(4, timeout=10)

    def answer(body):
        together.wait()
        return 200, "x"

    assert len(ask_many(client(answer), "m", questions(8), at_once=4)) == 8


def test_options_reach_the_service():
    seen = []
    ask_many(client(lambda body: (seen.append(body) or 200, "x")), "ft:x", questions(1), max_tokens=5)
    assert seen[0]["model"] == "ft:x" and seen[0]["temperature"] == 0 and seen[0]["max_tokens"] == 5


def test_some_failures_leave_the_other_answers():
    def answer(body):
        return (500, "busy") if body["messages"][0]["content"] == "1" else (200, "x")

    replies = ask_many(client(answer), "m", questions(3))
    assert [reply.text for reply in replies] == ["x", None, "x"]
    assert "busy" in replies[1].error


@pytest.mark.parametrize("status", [401, 403, 404])
def test_a_hopeless_error_stops_the_rest(status):
    asked = []
    replies = ask_many(
        client(lambda body: (asked.append(1) or status, "wrong key")), "m", questions(50), at_once=1
    )
    assert len(asked) < 50
    assert len(replies) == 50 and all("wrong key" in reply.error for reply in replies)


def test_stopping_the_cell_stops_the_asking(monkeypatch):
    asked = []

    def interrupt(_futures):
        raise KeyboardInterrupt

    monkeypatch.setattr("helpers.measure.asking.as_completed", interrupt)
    with pytest.raises(KeyboardInterrupt):
        ask_many(client(lambda body: (asked.append(1) or 200, "x")), "m", questions(500), at_once=1)
    assert len(asked) < 500


def test_no_questions():
    assert ask_many(None, "m", []) == []
