"""Zone, sign-in, the filter language, paging and metadata of the simulated Autotask."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.demo.autotask.conftest import BASE, BUSY, EVERYTHING, HIDDEN, TICKET, AutotaskClient


def where(op: str, field: str, value: Any = None) -> dict[str, Any]:
    return {"op": op, "field": field, "value": value}


def test_the_zone_is_told_to_everybody_who_knows_the_user(at: AutotaskClient) -> None:
    path = "/atservicesrest/v1.0/zoneInformation"
    assert at.http.get(path, params={"user": "nobody@kestrelford.example"}).status_code == 500
    zone = at.http.get(path, params={"user": at.credentials.username.upper()}).json()
    assert zone["url"].endswith("/zone4/atservicesrest/")
    assert zone["webUrl"].endswith("/zone4/")


def test_all_three_headers_and_the_right_zone_are_needed(at: AutotaskClient) -> None:
    for name in at.headers:
        assert at.call("GET", f"Tickets/{TICKET}", **{name: "wrong"}).status_code == 401
    other = at.http.get(f"/zone5/atservicesrest/v1.0/Tickets/{TICKET}", headers=at.headers)
    assert other.status_code == 401
    assert at.call("GET", f"Tickets/{TICKET}").json()["item"]["id"] == TICKET


OPERATORS: list[tuple[dict[str, Any], Callable[[dict[str, Any]], bool]]] = [
    (where("eq", "status", 5), lambda row: row["status"] == 5),
    (where("EQ", "STATUS", "5"), lambda row: row["status"] == 5),
    (where("noteq", "status", 5), lambda row: row["status"] != 5),
    (where("gt", "id", 7297), lambda row: row["id"] > 7297),
    (where("gte", "id", 7297), lambda row: row["id"] >= 7297),
    (where("lt", "id", 7242), lambda row: row["id"] < 7242),
    (where("lte", "id", 7242), lambda row: row["id"] <= 7242),
    (where("in", "id", [7240, 7241, 1]), lambda row: row["id"] in (7240, 7241)),
    (where("notIn", "id", [7240, 7241]), lambda row: row["id"] not in (7240, 7241)),
    (where("exist", "assignedResourceID"), lambda row: row["assignedResourceID"] is not None),
    (where("notExist", "assignedResourceID"), lambda row: row["assignedResourceID"] is None),
    (where("beginsWith", "ticketNumber", "t20261120"), lambda row: row["ticketNumber"].startswith("T20261120")),
    (where("endsWith", "ticketNumber", ".0001"), lambda row: row["ticketNumber"].endswith(".0001")),
    (
        {"op": "or", "items": [where("eq", "id", 7240), where("eq", "id", 7241)]},
        lambda row: row["id"] in (7240, 7241),
    ),
    (
        {"op": "and", "items": [where("gt", "id", 7240), where("eq", "status", 5)]},
        lambda row: row["id"] > 7240 and row["status"] == 5,
    ),
    (where("gte", "createDate", "2026-11-19T00:00:00Z"), lambda row: row["createDate"] >= "2026-11-19"),
]


@pytest.mark.parametrize(("condition", "wanted"), OPERATORS)
def test_every_operator(
    at: AutotaskClient, condition: dict[str, Any], wanted: Callable[[dict[str, Any]], bool]
) -> None:
    expected = [row["id"] for row in at.control("state", method="GET")["tickets"] if wanted(row)]
    assert 0 < len(expected) < 60
    assert [row["id"] for row in at.query("Tickets", condition)] == sorted(expected)
    answer = at.call("POST", "Tickets/query/count", {"filter": [condition]})
    assert answer.json() == {"queryCount": len(expected)}


def test_words_are_found_whatever_their_case(at: AutotaskClient) -> None:
    title = at.query("Tickets", where("eq", "id", TICKET))[0]["title"]
    word = title.split()[0]
    found = at.query("Tickets", where("contains", "title", word.upper()))
    assert TICKET in {row["id"] for row in found}


def test_what_is_not_known_is_ignored_and_returns_everything(at: AutotaskClient) -> None:
    for condition in (where("equals", "id", 1), where("eq", "noSuchField", 1), "nonsense"):
        assert len(at.query("Tickets", condition)) == 60  # type: ignore[arg-type]
    rows = at.query("Tickets", IncludeFields=["title", "noSuchField"], MaxRecords=1)
    assert rows[0].keys() == {"id", "title"}


def test_bodies_that_are_no_query_are_refused(at: AutotaskClient) -> None:
    for body in ({}, {"filter": []}, [], {"filter": EVERYTHING, "MaxRecords": 501}):
        assert at.call("POST", "Tickets/query", body).status_code == 500
    assert at.refused("POST", "Tickets/query", {"filter": EVERYTHING, "orderBy": "id"})[0] == 400
    assert at.control("requests", method="GET")["requests"][-1]["unknown_keys"] == ["orderby"]


def test_a_query_can_be_a_get(at: AutotaskClient) -> None:
    found = at.call("GET", 'Tickets/query?search={"filter":[{"op":"eq","field":"id","value":7240}]}').json()
    assert [row["id"] for row in found["items"]] == [7240]


def test_pages_come_by_id_and_only_by_post_with_the_same_body(at: AutotaskClient) -> None:
    body = {"filter": EVERYTHING, "MaxRecords": 25}
    page = at.call("POST", "Tickets/query", body).json()
    path = page["pageDetails"]["nextPageUrl"].split(BASE)[1]
    assert at.call("GET", path).status_code == 405
    assert at.call("POST", path).status_code == 500
    assert at.call("POST", path, {**body, "MaxRecords": 30}).status_code == 500
    found = [row["id"] for row in page["items"]]
    while page["pageDetails"]["nextPageUrl"]:
        page = at.call("POST", page["pageDetails"]["nextPageUrl"].split(BASE)[1], body).json()
        found += [row["id"] for row in page["items"]]
    assert found == sorted(found)
    assert len(set(found)) == 60


def test_one_record_and_none(at: AutotaskClient) -> None:
    assert at.call("GET", "Tickets/99999").json() == {"item": None}
    status, words = at.refused("GET", f"Tickets/{HIDDEN}")
    assert status == 500
    assert "adequate permissions" in words
    assert HIDDEN in {row["id"] for row in at.query("Tickets")}
    assert not [key for key in at.call("GET", f"Tickets/{TICKET}").json()["item"] if key.startswith("_")]


def test_metadata_names_fields_lists_and_rights(at: AutotaskClient) -> None:
    fields = {row["name"]: row for row in at.call("GET", "Tickets/entityInformation/fields").json()["fields"]}
    statuses = fields["status"]["picklistValues"]
    assert {"value": "5", "label": "Complete"}.items() <= next(p for p in statuses if p["value"] == "5").items()
    assert (fields["title"]["length"], fields["title"]["isRequired"]) == (255, True)
    assert [p["label"] for p in statuses if not p["isActive"]] == ["Waiting vendor (old)"]
    queues = {p["label"]: p["isActive"] for p in fields["queueID"]["picklistValues"]}
    assert queues == {"Service Desk": True, "Alerts": True, "Changes": True, "Onsite": True, "Legacy Support": False}
    assert at.call("GET", "TicketNotes/entityInformation").json()["info"]["userAccessForCreate"] == "All"
    at.control("permissions", {"denied": ["Service Desk: Ticket notes"]}, "PUT")
    assert at.call("GET", "TicketNotes/entityInformation").json()["info"]["userAccessForCreate"] == "None"


@pytest.mark.parametrize(
    ("right", "path"),
    [
        ("Service Desk: Tickets", "Tickets/query"),
        ("Service Desk: Ticket notes", "TicketNotes/query"),
        ("Service Desk: Time entries", "TimeEntries/query"),
        ("CRM: Organizations", "Companies/query"),
        ("CRM: Contacts", "Contacts/query"),
        ("CRM: Configuration items", "ConfigurationItems/query"),
        ("Admin: Resources", "Resources/query"),
    ],
)
def test_a_missing_right_is_a_500(at: AutotaskClient, right: str, path: str) -> None:
    assert at.call("POST", path, {"filter": EVERYTHING}).status_code == 200
    at.control("permissions", {"denied": [right]}, "PUT")
    status, words = at.refused("POST", path, {"filter": EVERYTHING})
    assert (status, "adequate permissions" in words) == (500, True)


def test_the_whole_world_is_there(at: AutotaskClient) -> None:
    assert len(at.query("Companies")) == 12
    assert len(at.query("Resources")) == 9
    assert len(at.query("TicketNotes", where("eq", "ticketID", BUSY))) == 129
    devices = at.query("ConfigurationItems")
    assert all(row["referenceTitle"] for row in devices)
    assert at.call("GET", f"Tickets/{TICKET}/Attachments").json()["items"] == []
    numbers = [row["ticketNumber"] for row in at.query("Tickets")]
    assert len(set(numbers)) == 60
