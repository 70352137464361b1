"""`transformers serve` on the tiny model: asked through the openai client, and really gone afterwards."""

from __future__ import annotations

import socket

import pytest
from openai import OpenAI

from helpers.lessons.sql.serving import ServingError, serve


def test_a_served_model_answers_and_stops(tiny_model):
    with serve(tiny_model) as server:
        client = OpenAI(base_url=server.base_url, api_key="not needed", max_retries=0)
        answer = client.chat.completions.create(
            model=server.model, messages=[{"role": "user", "content": "Hello"}], max_tokens=4
        )
        assert answer.choices[0].message.content is not None
        assert len(client.models.list().data) >= 0
        port = int(server.base_url.split(":")[2].split("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_the_server_stops_when_the_cell_fails(tiny_model):
    with pytest.raises(RuntimeError, match="oops"), serve(tiny_model) as server:
        raise RuntimeError("oops")
    port = int(server.base_url.split(":")[2].split("/")[0])
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0


def test_a_folder_without_a_model_is_refused(tmp_path):
    with pytest.raises(ServingError, match=r"no config\.json"), serve(tmp_path):
        pass


def test_a_broken_model_says_what_the_server_printed(tmp_path):
    (tmp_path / "config.json").write_text("{", encoding="utf-8")
    with pytest.raises(ServingError, match="did not start. It printed"), serve(tmp_path):
        pass
