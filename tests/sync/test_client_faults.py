"""A network and a server that do everything wrong: nothing is lost, and nothing is taken for an ack that is none."""

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from iqs_tui.store import outbox
from iqs_tui.store import settings as facts
from iqs_tui.store.models import Outbox
from iqs_tui.sync.backoff import Backoff
from iqs_tui.sync.client import SyncClient
from iqs_tui.sync.transport import Transport
from tests.sync.serving import Central, enrolled, put_cases

Answering = Callable[[dict], httpx.Response]


def client_of(answer: Answering) -> SyncClient:
    """A client that is enrolled at a server which answers each batch like this."""
    facts.put("kiosk", {"kiosk_id": "k", "name": "k", "room": "kamer-1"})
    facts.put("kiosk_token", "t" * 30)

    def handle(request: httpx.Request) -> httpx.Response:
        return answer(json.loads(gzip.decompress(request.content)))

    return SyncClient("http://central", transport=Transport("http://central", via=httpx.MockTransport(handle)))


def accept(batch: dict, **changes: object) -> dict:
    seqs = [event["seq"] for event in batch["events"]]
    return {
        "batch_id": batch["batch_id"],
        "verdicts": [{"event_id": event["event_id"], "verdict": "accepted"} for event in batch["events"]],
        "acked_through": max(seqs, default=0),
        "highest": max(seqs, default=9999),
    } | changes


def wrong_answers() -> dict[str, Answering]:
    def whole(batch: dict) -> bytes:
        return json.dumps(accept(batch)).encode()

    return {
        "login page": lambda b: httpx.Response(200, html="<html>Log in</html>"),
        "other batch": lambda b: httpx.Response(200, json=accept(b, batch_id="0")),
        "truncated": lambda b: httpx.Response(200, content=whole(b)[:-9]),
        "empty": lambda b: httpx.Response(200),
        "null": lambda b: httpx.Response(200, json=None),
        "another type": lambda b: httpx.Response(200, json=accept(b, verdicts=7)),
        "500": lambda b: httpx.Response(500, content=whole(b)),
        "302": lambda b: httpx.Response(302, headers={"Location": "/login"}, content=whole(b)),
        "429": lambda b: httpx.Response(429, headers={"Retry-After": "20"}),
        "503": lambda b: httpx.Response(503),
        "proxy 400": lambda b: httpx.Response(400, html="Bad Request"),
        "proxy 413": lambda b: httpx.Response(413, html="Too Large"),
        "nothing said of any event": lambda b: httpx.Response(200, json=accept(b, verdicts=[])),
    }


@pytest.mark.parametrize("name", wrong_answers())
def test_a_wrong_answer_acknowledges_nothing(db: Path, name: str):
    client = client_of(wrong_answers()[name])
    put_cases("c1", "c2", "c3")
    result = client.drain()
    assert (result.state, result.pending, result.dead) == ("offline", 3, 0)
    assert result.wait_s is not None
    assert result.wait_s >= (20 if name == "429" else 0)
    assert facts.get("sync")["message"]
    assert {row.tries for row in Outbox.select()} >= {1}


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_stops_and_keeps(db: Path, status: int):
    client = client_of(lambda b: httpx.Response(status))
    put_cases("c1")
    assert client.drain().state == "refused"
    assert outbox.depth() == 1


def test_a_batch_that_is_too_large_is_halved_until_it_fits(db: Path):
    sizes = []

    def narrow(batch: dict) -> httpx.Response:
        sizes.append(len(batch["events"]))
        if len(batch["events"]) > 30:
            return httpx.Response(413)
        return httpx.Response(200, json=accept(batch))

    client = client_of(narrow)
    put_cases(*(f"c{i}" for i in range(100)))
    assert client.drain().state == "ok"
    assert outbox.depth() == 0
    assert sizes[:3] == [100, 50, 25]


def test_the_one_event_that_the_server_cannot_take_is_set_aside(db: Path):
    def picky(batch: dict) -> httpx.Response:
        if any(event["payload"]["case_id"] == "c7" for event in batch["events"]):
            return httpx.Response(413, json={"message": "too large", "batch_id": batch["batch_id"]})
        return httpx.Response(200, json=accept(batch))

    client = client_of(picky)
    put_cases(*(f"c{i}" for i in range(10)))
    result = client.drain()
    assert (result.state, result.dead, result.pending) == ("ok", 1, 0)
    assert [row.event_id for row in Outbox.select().where(Outbox.state == "dead")] == [
        Outbox.get(Outbox.seq == 8).event_id
    ]


def test_a_batch_stays_within_its_size(db: Path):
    sizes = []

    def measure(batch: dict) -> httpx.Response:
        sizes.append(len(json.dumps(batch)))
        return httpx.Response(200, json=accept(batch))

    client = client_of(measure)
    put_cases(*(f"c{i}" for i in range(60)), detail="x" * 60_000)
    assert client.drain().pending == 0
    assert len(sizes) >= 4
    assert max(sizes) <= 1 << 20


def test_the_loop_survives_everything(db: Path, monkeypatch: pytest.MonkeyPatch):
    client = client_of(lambda b: httpx.Response(200, json=accept(b)))
    monkeypatch.setattr(outbox, "depth", lambda: 1 / 0)
    assert client.cycle() is not None


def test_not_enrolled_is_off(db: Path):
    put_cases("c1")
    assert SyncClient("http://central").drain().state == "off"
    assert facts.get("sync")["state"] == "off"


class FaultyNetwork(httpx.AsyncBaseTransport):
    """Reaches the real server, but loses, repeats, delays and garbles as it is told."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self._late: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        fault = self.faults.pop(0) if self.faults else "none"
        content = await request.aread()
        if fault == "lost":
            raise httpx.ConnectError("lost on the way there")
        if fault == "delayed":
            self._late.append(request)
            raise httpx.ReadTimeout("arrives later")
        if fault == "late ones first":
            for late in self._late:
                await self._forward(late, await late.aread())
            self._late.clear()
        if fault == "garbled":
            place = len(content) // 2
            content = content[:place] + bytes([content[place] ^ 0x55]) + content[place + 1 :]
        answer = await self._forward(request, content)
        if fault == "twice":
            answer = await self._forward(request, content)
        if fault == "answer lost":
            raise httpx.ReadError("lost on the way back")
        if fault == "answer cut":
            return httpx.Response(answer.status_code, content=answer.content[: len(answer.content) // 2])
        return httpx.Response(answer.status_code, content=answer.content)

    async def _forward(self, request: httpx.Request, content: bytes) -> httpx.Response:
        async with httpx.AsyncClient(trust_env=False, verify=False) as client:  # no TLS: its context takes longest
            return await client.request(request.method, str(request.url), content=content, headers=request.headers)


FAULTS = ["none", "lost", "answer lost", "answer cut", "twice", "delayed", "late ones first", "garbled"]


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(st.lists(st.tuples(st.integers(0, 7), st.lists(st.sampled_from(FAULTS), max_size=3)), max_size=8))
def test_whatever_the_network_does_the_server_has_exactly_what_was_put(
    central: Central, db: Path, steps: list[tuple[int, list[str]]]
):
    if not facts.get("kiosk_token"):
        enrolled(central, db)
    network = FaultyNetwork()
    transport = Transport(central.url, via=network)
    client = SyncClient(central.url, transport=transport, backoff=Backoff(random.Random(1).uniform))
    for n_events, faults in steps:
        put_cases(*(f"c{n}" for n in range(n_events)), keys=n_events)
        network.faults = list(faults)
        client.drain()
        acked = {row.event_id for row in Outbox.select().where(Outbox.state == "acked")}
        assert acked <= central.event_ids(), "acknowledged, but not there"
    network.faults = ["late ones first"]
    while client.drain().state != "ok":
        pass
    everything = {row.event_id for row in Outbox.select()}
    assert central.event_ids() == everything
    assert outbox.dead_count() == 0
    assert central.rows("SELECT COUNT(*) FROM received_event")[0][0] == len(everything)
