"""Questions to Autotask, checked before they are sent and after they are answered."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar, cast

from resolutionflow.psa.providers.autotask import metadata
from resolutionflow.psa.providers.autotask.filters import EVERYTHING, MOST_IDS, Condition, Group, is_, one_of
from resolutionflow.psa.providers.autotask.http import PAGE_SIZE, AutotaskHttp, Rows
from resolutionflow.psa.providers.autotask.metadata import Entity
from resolutionflow.psa.providers.errors import PsaNotFound, PsaPermission, PsaRejected
from resolutionflow.psa.providers.vendor import Shelf

T = TypeVar("T")
Json = dict[str, Any]

PERSON_FIELDS = (
    "id",
    "firstName",
    "lastName",
    "userName",
    "email",
    "email2",
    "email3",
    "isActive",
    "licenseType",
    "defaultServiceDeskRoleID",
)
CONTACT_FIELDS = ("id", "firstName", "lastName", "emailAddress", "companyID", "isActive")
MOST_PEOPLE_PAGES = 4


@dataclass(frozen=True, slots=True)
class Names:
    """What ids on tickets and notes stand for, as far as we may read it."""

    people: Mapping[int, str]
    companies: Mapping[int, str]
    contacts: Mapping[int, Json]


class Records:
    """Queries of one provider. Equal questions under way at the same time are asked once, names are remembered for its life."""

    def __init__(self, http: AutotaskHttp, shelf: Shelf) -> None:
        self.http = http
        self.shelf = shelf
        self._entities: dict[str, Entity] = {}
        self._companies: dict[int, str] = {}
        self._contacts: dict[int, Json] = {}
        self._people: list[Json] | None = None
        self._running: dict[str, asyncio.Task[Any]] = {}

    async def entity(self, name: str) -> Entity:
        """The fields of a kind of record, kept for half a day."""
        found = self._entities.get(name)
        if found is None:
            found = self._entities[name] = metadata.entity(
                name, await self.once(f"fields {name}", lambda: self._load(name))
            )
        return found

    async def fresh_entity(self, name: str) -> Entity:
        """The same asked anew: for look-ups that are kept by whoever shows them."""

        async def ask() -> object:
            return metadata.shortened(await self.http.get(f"{name}/entityInformation/fields"))

        self._entities[name] = metadata.entity(name, await self.once(f"fresh {name}", ask))
        return self._entities[name]

    async def _load(self, name: str) -> object:
        async def ask() -> object:
            return metadata.shortened(await self.http.get(f"{name}/entityInformation/fields"))

        return await self.shelf.keep("picklists", name, ask)

    async def query(
        self,
        name: str,
        where: Sequence[Condition],
        fields: tuple[str, ...] = (),
        *,
        most: int = PAGE_SIZE,
        pages: int = 1,
    ) -> Rows:
        """Records that fulfil all conditions, lowest id first. Raises before anything is sent when a field does not exist."""
        known = await self.entity(name)
        condition: Condition = Group("and", tuple(where)) if where else EVERYTHING
        known.require(tuple(condition.fields()))
        found = await self.http.query(name, condition, known.known(fields), most=most, pages=pages)
        return Rows([row for row in found.items if condition.holds(row)], found.more)

    async def people(self) -> list[Json]:
        """Everybody of the MSP, also those who left: old notes name them."""
        if self._people is None:
            kept = await self.once("people", lambda: self.shelf.keep("people", "*", self.fresh_people))
            self._people = cast("list[Json]", kept)
        return self._people

    async def fresh_people(self) -> list[Json]:
        return (await self.query("Resources", (), PERSON_FIELDS, pages=MOST_PEOPLE_PAGES)).items

    async def names(self, rows: Sequence[Json], *, contact_keys: Sequence[str] = ("contactID",)) -> Names:
        """The names behind the ids on these records. What we may not read stays without a name."""
        companies = {value for row in rows if isinstance(value := row.get("companyID"), int)}
        contacts = {value for row in rows for key in contact_keys if isinstance(value := row.get(key), int)}
        people, _, _ = await asyncio.gather(
            self._people_names(), self._learn_companies(companies), self._learn_contacts(contacts)
        )
        return Names(people, self._companies, self._contacts)

    async def _people_names(self) -> Mapping[int, str]:
        try:
            return {row["id"]: full_name(row) for row in await self.people()}
        except (PsaPermission, PsaNotFound, PsaRejected):
            return {}

    async def _learn_companies(self, ids: set[int]) -> None:
        for row in await self._by_id("Companies", ids - self._companies.keys(), ("id", "companyName")):
            self._companies[row["id"]] = str(row.get("companyName") or "")

    async def _learn_contacts(self, ids: set[int]) -> None:
        for row in await self._by_id("Contacts", ids - self._contacts.keys(), CONTACT_FIELDS):
            self._contacts[row["id"]] = row

    async def _by_id(self, name: str, ids: set[int], fields: tuple[str, ...]) -> list[Json]:
        if not ids:
            return []
        wanted = sorted(ids)
        try:
            pages = await asyncio.gather(
                *(
                    self.query(name, [one_of("id", wanted[start : start + MOST_IDS])], fields)
                    for start in range(0, len(wanted), MOST_IDS)
                )
            )
        except (PsaPermission, PsaRejected):
            return []
        return [row for page in pages for row in page.items]

    async def role_of(self, member_id: int) -> int:
        """A service desk role the person holds: their default, else one of the list. Raises `PsaRejected` without any."""

        async def ask() -> int:
            fields = ("id", "roleID", "isDefault", "isActive")
            rows = (await self.query("ResourceServiceDeskRoles", [is_("resourceID", member_id)], fields)).items
            held = [row for row in rows if row.get("isActive") is not False and isinstance(row.get("roleID"), int)]
            own = [row for row in await self.people() if row["id"] == member_id]
            default = own[0].get("defaultServiceDeskRoleID") if own else None
            if any(row["roleID"] == default for row in held):
                return int(cast("int", default))
            held.sort(key=lambda row: row.get("isDefault") is not True)
            if not held:
                raise PsaRejected("The person has no active service desk role in Autotask. Give them one there.")
            return int(held[0]["roleID"])

        return int(cast("int", await self.shelf.keep("roles", str(member_id), ask)))

    async def once(self, key: str, ask: Callable[[], Awaitable[T]]) -> T:
        """Whoever asks the same while it is being asked gets the same answer."""
        task = cast("asyncio.Task[T] | None", self._running.get(key))
        if task is None:
            task = self._running[key] = asyncio.ensure_future(_run(ask))
            task.add_done_callback(lambda done: self._finished(key, done))
        # A caller that goes away must not take the answer from the others.
        return await asyncio.shield(task)

    def _finished(self, key: str, done: asyncio.Task[Any]) -> None:
        self._running.pop(key, None)
        if not done.cancelled():
            done.exception()  # everybody may have gone: an error nobody waits for is not news


async def _run(ask: Callable[[], Awaitable[T]]) -> T:
    return await ask()


def full_name(row: Mapping[str, Any]) -> str:
    """First and last name of a person's record."""
    parts = (row.get("firstName"), row.get("lastName"))
    return " ".join(part.strip() for part in parts if isinstance(part, str) and part.strip())
