"""Sign-in, parameters, paging, shapes and errors as the vendor has them."""

from __future__ import annotations

from typing import Any

import pytest

from resolutionflow.demo.world import World
from tests.demo.halopsa.client import HaloClient

TICKET = 2052


def test_discovery_is_open_and_says_where_tokens_come_from(halo: HaloClient) -> None:
    told = halo.http.get("/api/authinfo").json()
    assert told == {"auth_url": f"{halo.http.base_url}/auth", "tenant_id": "kestrelford"}


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"client_id": "x"}, "invalid_client"),
        ({"client_secret": "x"}, "invalid_client"),
        ({"tenant": "nobody"}, "invalid_client"),
        ({"tenant": ""}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"scope": "everything"}, "invalid_scope"),
    ],
)
def test_a_wrong_sign_in_is_400(halo: HaloClient, changed: dict[str, str], error: str) -> None:
    answer = halo.sign_in(**changed)
    assert answer.status_code == 400
    assert answer.json()["error"] == error


def test_only_a_living_token_opens(halo: HaloClient) -> None:
    assert halo.http.get("/api/Tickets").status_code == 401
    assert halo.http.get("/api/Tickets", headers={"authorization": "Bearer nonsense"}).status_code == 401
    assert halo.get("/Tickets").status_code == 200
    halo.control("clock", {"advance_seconds": halo.credentials.token_seconds})
    assert halo.get("/Tickets").status_code == 401
    halo.token = ""
    assert halo.get("/Tickets").status_code == 200
    halo.fault("expire_token", path="/Status")
    assert halo.get("/Status").status_code == 401
    assert "client_secret" not in str(halo.look("requests")["requests"])


def test_page_size_counts_only_when_paginating_as_the_vendor_spells_it(halo: HaloClient) -> None:
    everything = len(halo.rows("/Tickets", "tickets"))
    assert everything == 60
    for query in ({"paginate": "true"}, {"pageinate": "false"}, {}):
        assert len(halo.rows("/Tickets", "tickets", page_size=5, page_no=1, **query)) == everything
    assert len(halo.rows("/Tickets", "tickets", pageinate="true", page_size=5, page_no=1)) == 5
    assert len(halo.rows("/Tickets", "tickets", pageinate="true", page_size=500, page_no=1)) == 60
    assert halo.rows("/Tickets", "tickets", pageinate="true", page_size=50, page_no=3) == []


def test_pages_together_are_the_list(halo: HaloClient) -> None:
    order = {"order": "id", "orderdesc": "true"}
    pages = [
        halo.rows("/Tickets", "tickets", pageinate="true", page_size=7, page_no=number, **order)
        for number in range(1, 10)
    ]
    ids = [row["id"] for page in pages for row in page]
    assert ids == list(range(2100, 2040, -1))
    assert halo.get("/Tickets", pageinate="true", page_size=7).json()["record_count"] == 60


@pytest.mark.parametrize(
    ("query", "key"),
    [
        ({"client_id": 204}, "client_id"),
        ({"agent_id": 25}, "agent_id"),
        ({"requesttype_id": 21}, "tickettype_id"),
        ({"status_id": 33}, "status_id"),
        ({"priority": 2}, "priority_id"),
        ({"ticketids": TICKET}, "id"),
    ],
)
def test_each_filter_agrees_with_the_world(halo: HaloClient, query: dict[str, int], key: str) -> None:
    wanted = next(iter(query.values()))
    every = halo.rows("/Tickets", "tickets")
    expected = {row["id"] for row in every if row[key] == wanted}
    assert expected
    assert {row["id"] for row in halo.rows("/Tickets", "tickets", **query)} == expected


def test_open_closed_search_and_what_nobody_knows(halo: HaloClient, world: World) -> None:
    closed = {ticket.id - 46_199 for ticket in world.tickets if ticket.closed}
    assert {row["id"] for row in halo.rows("/Tickets", "tickets", closed_only="true")} == closed
    assert not closed & {row["id"] for row in halo.rows("/Tickets", "tickets", open_only="true")}
    assert len(halo.rows("/Tickets", "tickets", tickettype_id=21, requesttype="21", colour="red")) == 60
    found = halo.rows("/Tickets", "tickets", search="VPN")
    assert 0 < len(found) < 60
    summaries = halo.rows("/Tickets", "tickets", search_summary="vpn")
    assert all("vpn" in row["summary"].lower() for row in summaries)
    assert halo.get("/Tickets", client_id="abc").status_code == 400


def test_look_ups_are_bare_arrays_and_statuses_belong_to_types(halo: HaloClient, world: World) -> None:
    for path in ("/Status", "/Priority", "/TicketType", "/Outcome", "/Team", "/Agent", "/SLA"):
        assert isinstance(halo.get(path).json(), list), path
    desk = world.boards_by_id[11]
    names = [row["name"] for row in halo.get("/Status", tickettype_id=21).json()]
    assert sorted(names) == sorted(status.name for status in desk.statuses)
    resolved = [row["id"] for row in halo.get("/Status").json() if row["name"] == "Resolved"]
    assert len(resolved) == len(set(resolved)) == 2


def test_priorities_belong_to_slas_and_have_a_guid(halo: HaloClient) -> None:
    types = {row["name"]: row["default_sla"] for row in halo.get("/TicketType").json()}
    assert types["Alerts"] != types["Service Desk"]
    rows = halo.get("/Priority", slaid=types["Alerts"]).json()
    assert {row["priorityid"] for row in rows} == {1, 2, 3, 4}
    assert all(row["slaid"] == types["Alerts"] and len(row["id"]) == 36 for row in rows)


def test_agents_without_the_disabled_and_nobody_only_when_asked_for(halo: HaloClient) -> None:
    names = {row["name"] for row in halo.get("/Agent").json()}
    assert "Sam Wicklow" not in names
    assert "Unassigned" not in names
    assert "Unassigned" in {row["name"] for row in halo.get("/Agent", includeunassigned="true").json()}
    halo.control("switches", {"unassigned": False})
    assert "Unassigned" not in {row["name"] for row in halo.get("/Agent", includeunassigned="true").json()}


def test_details_only_when_asked_for_and_records_wrapped_by_switch(halo: HaloClient) -> None:
    bare = halo.get(f"/Tickets/{TICKET}").json()
    assert "details_html" not in bare
    full = halo.get(f"/Tickets/{TICKET}", includedetails="true").json()
    assert full["assets"]
    assert full["user_email"]
    assert full["priority"]["priorityid"] == full["priority_id"]
    halo.control("switches", {"wrapped": True})
    assert halo.get(f"/tickets/{TICKET}", includedetails="true").json() == {"ticket": full}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/api/Nothing", 404),
        ("DELETE", "/api/Tickets", 405),
        ("GET", "/api/Tickets/999999", 404),
        ("GET", "/api/Tickets/abc", 404),
        ("GET", "/elsewhere", 404),
    ],
)
def test_what_does_not_exist(halo: HaloClient, method: str, path: str, status: int) -> None:
    assert halo.http.request(method, path, headers=halo.headers).status_code == status


RIGHTS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "read:tickets": [("/Tickets", {}), ("/Actions", {"ticket_id": TICKET}), ("/Status", {}), ("/Agent", {})],
    "read:customers": [("/Client", {}), ("/Users", {})],
    "read:assets": [("/Asset", {})],
    "admin": [("/Webhook", {})],
}


@pytest.mark.parametrize("right", RIGHTS)
def test_each_scope_guards_its_paths_only(halo: HaloClient, right: str) -> None:
    halo.control("permissions", {"deny": [right]})
    for path, query in RIGHTS[right]:
        answer = halo.get(path, **query)
        assert answer.status_code == 403
        assert right in answer.json()["Message"]
    for other, paths in RIGHTS.items():
        if other != right:
            assert halo.get(paths[0][0], **paths[0][1]).status_code == 200


def test_some_tickets_are_listed_and_cannot_be_opened(halo: HaloClient, world: World) -> None:
    number = next(ticket.id for ticket in world.tickets if ticket.no_rights) - 46_199
    assert number in {row["id"] for row in halo.rows("/Tickets", "tickets")}
    assert halo.get(f"/Tickets/{number}").status_code == 403
    assert halo.get("/Actions", ticket_id=number).status_code == 403
