"""Lists over HTTP: sign-in, paging, order, fields, headers."""

from __future__ import annotations

import re
from typing import Any

import pytest

from resolutionflow.demo.world import World
from tests.demo.client import SimClient

LISTS = [
    "/service/tickets",
    "/service/boards",
    "/service/boards/11/statuses",
    "/service/boards/11/types",
    "/service/priorities",
    "/service/tickets/48273/allNotes",
    "/service/tickets/48273/notes",
    "/service/tickets/48293/configurations",
    "/system/members",
    "/system/info/members",
    "/company/companies",
    "/company/companies/204/sites",
    "/company/contacts",
    "/company/configurations",
    "/schedule/entries",
    "/schedule/types",
    "/time/entries",
]


def next_link(answer: Any) -> str | None:
    found = re.search(r'<([^>]+)>; rel="next"', answer.headers.get("link", ""))
    return found[1] if found else None


def walk(sim: SimClient, path: str, headers: dict[str, str] | None = None, **query: Any) -> list[dict[str, Any]]:
    """Every row, by following `next` only."""
    answer = sim.get(path, headers, **query)
    rows: list[dict[str, Any]] = answer.json()
    while (url := next_link(answer)) is not None:
        answer = sim.http.get(url, headers={**sim.headers, **(headers or {})})
        assert answer.status_code == 200, answer.text
        rows += answer.json()
    return rows


@pytest.mark.parametrize("path", LISTS)
def test_paging_repeats_and_loses_nothing(sim: SimClient, path: str) -> None:
    whole = sim.get(path, pageSize=1000).json()
    assert whole
    for size in (1, 3, 7):
        if len(whole) > 40 and size == 1:
            continue
        assert walk(sim, path, pageSize=size) == whole
        assert walk(sim, path, {"pagination-type": "forward-only"}, pageSize=size) == whole


def test_forward_only_pages_stay_right_while_rows_are_added(sim: SimClient) -> None:
    head = {"pagination-type": "forward-only"}
    first = sim.get("/service/tickets", head, pageSize=20, orderBy="id desc")
    created = sim.post("/service/tickets", {"summary": "Added meanwhile", "company": {"id": 201}}).json()["id"]
    rows = first.json()
    url = next_link(first)
    while url is not None:
        answer = sim.http.get(url, headers={**sim.headers, **head})
        rows += answer.json()
        url = next_link(answer)
    assert [row["id"] for row in rows] == list(range(48299, 48239, -1))
    assert created not in {row["id"] for row in rows}


def test_page_size_is_25_and_capped_at_1000_silently(sim: SimClient) -> None:
    assert len(sim.get("/service/tickets").json()) == 25
    assert len(sim.get("/service/tickets", pageSize=5000).json()) == 60
    assert "pageSize=1000" in sim.get("/service/tickets/48273/notes", pageSize=100000, page=1).headers.get(
        "link", "pageSize=1000"
    )


def test_links_name_next_and_last_and_keep_the_filter(sim: SimClient) -> None:
    answer = sim.get("/service/tickets", conditions="closedFlag = false", pageSize=15, orderBy="id desc")
    link = answer.headers["link"]
    assert 'page=2>; rel="next"' in link
    assert 'page=3>; rel="last"' in link
    rows = walk(sim, "/service/tickets", conditions="closedFlag = false", pageSize=15, orderBy="id desc")
    assert [row["id"] for row in rows] == sorted((row["id"] for row in rows), reverse=True)
    assert len(rows) == 40


def test_past_the_end_is_empty(sim: SimClient) -> None:
    answer = sim.get("/service/tickets", page=99)
    assert (answer.status_code, answer.json()) == (200, [])
    assert "link" not in answer.headers


@pytest.mark.parametrize(
    "query",
    [
        {"page": "0"},
        {"page": "-1"},
        {"page": "x"},
        {"pageSize": "0"},
        {"pageSize": "9" * 40},
        {"pageId": "1.5"},
        {"pageId": "5", "orderBy": "summary"},
        {"orderBy": "nonsense"},
        {"orderBy": "id sideways"},
        {"orderBy": "owner"},
        {"fields": "id,nonsense"},
        {"conditions": "nonsense=1"},
        {"childConditions": 'communicationItems/value="a"'},
        {"customFieldConditions": "x=1"},
        {"conditions": "id=1\x00"},
    ],
)
def test_wrong_queries_are_400(sim: SimClient, query: dict[str, str]) -> None:
    answer = sim.get("/service/tickets", **query)
    assert answer.status_code == 400
    assert set(answer.json()) == {"code", "message", "errors"}


def test_order_by_several_fields(sim: SimClient) -> None:
    rows = sim.get("/service/tickets", orderBy="priority/sort desc, summary asc", pageSize=100).json()
    keys = [(-row["priority"]["sort"], row["summary"].casefold()) for row in rows]
    assert keys == sorted(keys)


def test_fields_limit_the_answer_and_info_comes_only_when_named(sim: SimClient) -> None:
    row = sim.get("/service/tickets/48293", fields="id,board/name,owner,_info/lastUpdated").json()
    assert set(row) == {"id", "board", "owner", "_info"}
    assert row["board"] == {"name": "Service Desk"}
    assert set(row["_info"]) == {"lastUpdated"}
    assert row["owner"]["identifier"] == "ktarrow"
    assert "_info" not in sim.get("/service/tickets", fields="id").json()[0]
    assert "_info" in sim.get("/service/tickets").json()[0]


def test_counts(sim: SimClient, world: World) -> None:
    assert sim.get("/service/tickets/count").json() == {"count": 60}
    for board in world.boards:
        count = sim.get("/service/tickets/count", conditions=f"board/id={board.id}").json()["count"]
        assert count == sum(ticket.board_id == board.id for ticket in world.tickets)


def test_contacts_by_mail_through_child_conditions(sim: SimClient) -> None:
    rows = sim.get(
        "/company/contacts", childConditions='communicationItems/value="n.harrowgate@quillmere.example"'
    ).json()
    assert [row["firstName"] for row in rows] == ["Nell"]


@pytest.mark.parametrize(
    "headers",
    [
        {"authorization": ""},
        {"authorization": "Basic !!!"},
        {"authorization": "Bearer abc"},
        {"authorization": "Basic a2VzdHJlbGZvcmQrRGVtbzp3cm9uZw=="},
        {"clientId": ""},
        {"clientId": "11111111-0000-4000-8000-000000000001"},
    ],
)
def test_without_the_right_keys_nothing_is_read(sim: SimClient, headers: dict[str, str]) -> None:
    answer = sim.get("/service/tickets", headers)
    assert answer.status_code == 401
    assert answer.json()["code"] == "Unauthorized"


def test_system_info_answers_without_sign_in(sim: SimClient) -> None:
    assert sim.get("/system/info", {"authorization": "", "clientId": ""}).status_code == 200


def test_discovery(sim: SimClient) -> None:
    known = sim.http.get("/login/companyinfo/kestrelford").json()
    assert known["Codebase"] == "v2025_1/"
    assert {"CompanyName", "VersionCode", "VersionNumber", "CompanyID", "IsCloud"} <= set(known)
    assert sim.http.get("/login/companyinfo/nobody").json() is None
    assert sim.http.post("/login/companyinfo/kestrelford").status_code == 405


def test_version_header(sim: SimClient) -> None:
    assert sim.get("/service/boards").headers["api-current-version"] == "2025.1"
    assert sim.get("/service/boards", {"accept": "text/html"}).status_code == 406


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/service/tickets/1", 404),
        ("/service/tickets/" + "9" * 20, 404),
        ("/service/tickets/0x10", 404),
        ("/service/tickets/-1", 404),
        ("/nothing/here", 404),
        ("/service/boards/99/statuses", 404),
        ("/service/tickets/48293/notes/1", 404),
        ("/system/documents", 400),
        ("/service/tickets/48293%00", 404),
    ],
)
def test_what_is_not_there(sim: SimClient, path: str, status: int) -> None:
    assert sim.get(path).status_code in (status, 400)


def test_wrong_method_and_wrong_code_base(sim: SimClient) -> None:
    assert sim.delete("/service/tickets/48293").status_code == 405
    sim.base = "/v4_6_release/apis/3.0"
    assert sim.get("/service/tickets").status_code == 404


def test_documents_and_single_records(sim: SimClient) -> None:
    rows = sim.get("/system/documents", recordType="Ticket", recordId=48293).json()
    assert [row["fileName"] for row in rows] == ["prompt-on-ws-0142.png"]
    device = sim.get("/service/tickets/48293/configurations").json()[0]["id"]
    assert sim.get(f"/company/configurations/{device}").json()["name"] == "WS-0142"
    assert sim.get("/company/companies/201").json()["name"] == "Quillmere Dental"
    assert sim.get("/service/boards/11").json()["name"] == "Service Desk"
    assert [row["identifier"] for row in sim.get("/schedule/types", conditions='identifier="S"').json()] == ["S"]
