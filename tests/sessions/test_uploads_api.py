"""Pictures in messages: what is taken, how it is stored, who sees it (sessions-api.md 12)."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

import pytest
from PIL import Image
from sqlalchemy import text

from resolutionflow.db.session import Database
from resolutionflow.kit.ids import new_id
from resolutionflow.pilot.context import build_context
from resolutionflow.pilot.engines.guide import GuideEngine
from resolutionflow.services import Services
from resolutionflow.sessions.context import session_parts
from resolutionflow.sessions.models import AiSession, Turn
from resolutionflow.sessions.uploads import service
from resolutionflow.storage import FileMissing
from tests.factories.sessions import make_session
from tests.support.api import Api
from tests.support.world import World

pytestmark = pytest.mark.anyio

SESSIONS = "/api/v1/ai-sessions"
UPLOADS = "/api/v1/uploads"
CONTENT = f"{UPLOADS}/{{}}/content"


def picture(
    kind: str = "PNG", size: tuple[int, int] = (40, 20), mode: str = "RGB", colour: Any = "red", **save: Any
) -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, kind, **save)
    return out.getvalue()


SMALL = picture()


def huge_png(width: int, height: int) -> bytes:
    """A PNG that says it is this large and holds next to nothing."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 100)) + chunk(b"IEND", b"")
    )


async def send(api: Api, data: bytes = SMALL, name: str = "screen.png", who: str = "engineer", **headers: str) -> Any:
    return await api.as_user(who).post(UPLOADS, files={"file": (name, data, "image/png")}, headers=headers)


async def uploaded(api: Api, data: bytes = SMALL) -> str:
    answer = await send(api, data)
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def stored(api: Api, data: bytes) -> Image.Image:
    answer = await api.as_user().get(CONTENT.format(await uploaded(api, data)))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    return Image.open(io.BytesIO(answer.content))


@pytest.fixture
def chat(api: Api, services: Services) -> Callable[..., Awaitable[Any]]:
    """Starts a turn without waiting for its answer: no worker runs here."""
    from resolutionflow.pilot import turns
    from resolutionflow.sessions import repository

    async def start(
        sid: UUID, message: str, upload_ids: list[str], who: str = "engineer", client_turn_id: UUID | None = None
    ) -> Any:
        subject = api.world.a[who].subject
        async with services.db.transaction(subject.account_id) as tx:
            row = await repository.load_for_write(tx, subject, sid)
            ids = [UUID(one) for one in upload_ids]
            started = await turns.start_turn(
                tx, services, subject, row, message, client_turn_id or new_id(), upload_ids=ids
            )
        return started.turn_id

    return start


async def test_refusals(api: Api) -> None:
    form = {"file": ("a.png", SMALL, "image/png")}
    assert (await api.anonymous().post(UPLOADS, files=form)).status_code == 401
    assert (await api.as_user("viewer").post(UPLOADS, files=form)).json()["code"] == "engineer_required"
    client = api.as_user()
    for answer in (
        await client.post(UPLOADS, json={"file": "x"}),
        await client.post(UPLOADS, content=b"--x", headers={"content-type": "multipart/form-data"}),
        await client.post(UPLOADS, content=b"--x", headers={"content-type": "multipart/form-data; boundary=x"}),
        await client.post(UPLOADS, files={"other": ("a.png", SMALL, "image/png")}),
        await client.post(UPLOADS, data={"file": "text"}, files={"x": ("a.png", SMALL, "image/png")}),
    ):
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request"), answer.text
    for client in (api.anonymous(), api.as_user("engineer", "b")):
        missing = await client.get(CONTENT.format(new_id()))
        assert missing.status_code in {401, 404}


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"MZ\x90\x00" + b"\0" * 200, 415, "unsupported_type"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "unsupported_type"),
        (picture("BMP"), 415, "unsupported_type"),
        (b"", 415, "unsupported_type"),
        (picture(size=(400, 400))[:200], 400, "image_unreadable"),
        (SMALL[:20], 400, "image_unreadable"),
        (picture("JPEG", size=(300, 300))[:-200], 400, "image_unreadable"),
        (huge_png(20_000, 20_000), 400, "image_too_large"),
        (huge_png(2_000_000_000, 1), 400, "image_too_large"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * (10 * 1024 * 1024), 413, "file_too_large"),
    ],
)
async def test_what_is_no_usable_picture_is_refused_by_its_content(
    api: Api, db: Database, data: bytes, status: int, code: str
) -> None:
    answer = await send(api, data, "holiday.png")
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    async with db.transaction(api.world.a.id) as tx:
        assert (await tx.execute(text("SELECT count(*) FROM uploads"))).scalar_one() == 0


async def test_a_body_without_end_is_cut_off(api: Api) -> None:
    async def endless() -> Any:
        yield b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
        for _ in range(11 * 16):
            yield b"\0" * 65_536

    answer = await api.as_user().post(
        UPLOADS, content=endless(), headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "file_too_large")


async def test_pictures_are_re_encoded_and_say_nothing_about_their_maker(api: Api) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # lies on its side
    exif[0x010F] = "Example Cameras"
    exif.get_ifd(0x8825)[2] = (51.0, 30.0, 0.0)
    photo = await stored(api, picture("JPEG", size=(3000, 2000), exif=exif.tobytes(), comment=b"taken at home"))
    assert (photo.format, photo.size) == ("JPEG", (1045, 1568))
    assert not photo.getexif()
    assert "comment" not in photo.info
    clear = await stored(api, picture("PNG", mode="RGBA", colour=(0, 0, 0, 0)))
    assert clear.getpixel((5, 5)) == (255, 255, 255)
    assert (await stored(api, picture("WEBP", lossless=True, colour=(0, 0, 255)))).getpixel((5, 5))[2] > 240
    frames = io.BytesIO()
    Image.new("P", (30, 30), 1).save(
        frames, "GIF", save_all=True, append_images=[Image.new("P", (30, 30), 0)], duration=10, transparency=1
    )
    moving = await stored(api, frames.getvalue())
    assert (moving.size, moving.getpixel((2, 2))) == ((30, 30), (255, 255, 255))
    deep = await stored(api, picture("PNG", mode="I;16", colour=0x8000))
    assert abs(deep.getpixel((5, 5))[0] - 128) <= 2


async def test_a_repeated_upload_is_stored_once(api: Api) -> None:
    key = {"Idempotency-Key": "one-press"}
    first, second = await send(api, **key), await send(api, **key)
    assert (first.json(), second.status_code) == (second.json(), 201)
    assert (await send(api, picture(colour="blue"), **key)).status_code >= 400


async def test_sixty_an_hour(api: Api, services: Services) -> None:
    object.__setattr__(services, "settings", services.settings.model_copy(update={"uploads_per_hour": 1}))
    await uploaded(api)
    refused = await send(api)
    assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
    assert 1 <= int(refused.headers["retry-after"]) <= 3600


async def test_an_unattached_picture_is_its_uploaders_alone(api: Api, world: World, services: Services) -> None:
    upload = await uploaded(api)
    for client in (api.as_user("engineer2"), api.as_user("admin"), api.as_user("engineer", "b")):
        assert (await client.get(CONTENT.format(upload))).status_code == 404
        assert (await client.delete(f"{UPLOADS}/{upload}")).status_code == 404
    assert (await api.as_user("viewer").delete(f"{UPLOADS}/{upload}")).status_code == 403
    mine = await api.as_user().get(CONTENT.format(upload))
    assert mine.headers["x-content-type-options"] == "nosniff"
    assert mine.headers["cache-control"].startswith("private")
    again = await api.as_user().get(CONTENT.format(upload), headers={"if-none-match": mine.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert (await api.as_user().delete(f"{UPLOADS}/{upload}")).status_code == 204
    assert (await api.as_user().get(CONTENT.format(upload))).status_code == 404
    await service.drop(services, world.a.id, UUID(upload))
    with pytest.raises(FileMissing):
        await services.files.get(service.key_of(world.a.id, UUID(upload)))


async def test_a_message_takes_its_pictures_and_keeps_them(
    api: Api, db: Database, world: World, services: Services, chat: Callable[..., Awaitable[Any]]
) -> None:
    sid = await make_session(db, world.a["engineer"])
    red, blue = await uploaded(api), await uploaded(api, picture(colour="blue", size=(30, 30)))
    turn_id = await chat(sid, "", [blue, red])
    page = (await api.as_user().get(f"{SESSIONS}/{sid}/messages")).json()["items"]
    assert (page[0]["content"], [one["id"] for one in page[0]["uploads"]]) == ("", [blue, red])
    assert page[0]["uploads"][0] == {
        "id": blue, "content_type": "image/jpeg", "width": 30, "height": 30, "size_bytes": page[0]["uploads"][0]["size_bytes"],
    }  # fmt: skip
    whole = (await api.as_user().get(f"{SESSIONS}/{sid}", params={"include": "messages"})).json()
    assert [one["id"] for one in whole["messages"]["items"][0]["uploads"]] == [blue, red]
    # Now the readers of the session see them, others do not; nobody deletes them.
    assert (await api.as_user("admin").get(CONTENT.format(red))).status_code == 200
    for client in (api.as_user("engineer2"), api.as_user("engineer", "b")):
        assert (await client.get(CONTENT.format(red))).status_code == 404
    kept = await api.as_user().delete(f"{UPLOADS}/{red}")
    assert (kept.status_code, kept.json()["code"]) == (409, "upload_attached")
    await service.drop(services, world.a.id, UUID(red))
    assert (await api.as_user().get(CONTENT.format(red))).status_code == 200
    async with db.transaction(world.a.id) as tx:
        row, turn = await tx.get_one(AiSession, sid), await tx.get_one(Turn, turn_id)
        context = await build_context(tx, services.files, row, turn, await session_parts(tx, row, turn), ())
    assert [(str(image.id), image.width) for image in context.images] == [(blue, 30), (red, 40)]
    assert Image.open(io.BytesIO(await context.images[0].read())).size == (30, 30)
    said = "".join(GuideEngine().reply(context))
    assert "cannot see the pictures" in said
    assert "exact error text" in said
    assert "cannot see" not in "".join(GuideEngine().reply(replace(context, images=())))


async def test_a_message_refuses_pictures_it_may_not_have(
    api: Api, db: Database, world: World, chat: Callable[..., Awaitable[Any]]
) -> None:
    sid = await make_session(db, world.a["engineer"])
    mine = [await uploaded(api) for _ in range(4)]
    foreign = (await send(api, who="engineer2")).json()["id"]
    await chat(sid, "see", [mine[0]])
    async with db.transaction(world.a.id) as tx:
        await tx.execute(text("UPDATE ai_session_turns SET status = 'finished'"))
    url = f"{SESSIONS}/{sid}/chat"
    for ids in ([foreign], [mine[0]], [str(new_id())], [mine[1], mine[1]], [*mine[1:], foreign], [mine[1], foreign]):
        answer = await api.as_user().post(
            url, json={"message": "x", "client_turn_id": str(new_id()), "upload_ids": ids}
        )
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_upload"), ids
    blank = await api.as_user().post(url, json={"message": "  ", "client_turn_id": str(new_id())})
    assert blank.status_code == 422
    created = await api.as_user().post(SESSIONS, json={"client_turn_id": str(new_id()), "upload_ids": [foreign]})
    assert (created.status_code, created.json()["code"]) == (400, "invalid_upload")
    assert (await api.as_user().post(SESSIONS, json={"upload_ids": [mine[1]]})).status_code == 422


async def test_a_session_may_start_from_a_picture(api: Api) -> None:
    upload = await uploaded(api)
    body = {"client_turn_id": str(new_id()), "upload_ids": [upload]}
    created = await api.as_user().post(SESSIONS, json=body)
    assert created.status_code == 201, created.text
    first = created.json()["session"]["messages"]["items"][0]
    assert (first["content"], [one["id"] for one in first["uploads"]]) == ("", [upload])
