"""Secrets at rest: AES-256-GCM, bound to the account, the row and the column, so that a copied ciphertext does not open elsewhere.

The key ring holds the installation's own secret as `k1`, and newer keys from RF_VAULT_KEYS or the file `vault.keys` of the data
directory. A ciphertext names its key; new ones are made with the ring's current key.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from resolutionflow.kit.known import sealed as remember
from resolutionflow.settings import Settings

FIRST_KEY = "k1"
KEY_FILE = "vault.keys"
_NONCE = 12
_ENTRY = re.compile(r"(k[1-9][0-9]{0,5}):([A-Za-z0-9_-]{32,200})\Z")


class SecretUnreadable(Exception):
    """A ciphertext does not open: another key, account, row or column, or it was changed."""


class BadKeyRing(Exception):
    """RF_VAULT_KEYS or the key file cannot be read. Names the entry, never a key."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret is kept. `purpose` names the table's own key; rows of two tables never share one."""

    purpose: str
    account_id: UUID
    row_id: UUID
    column: str

    @property
    def bound(self) -> bytes:
        return f"{self.account_id}\x00{self.row_id}\x00{self.column}".encode()


@dataclass(frozen=True, slots=True)
class Ring:
    """Keys by id; `current` seals."""

    current: str
    keys: Mapping[str, bytes] = field(repr=False)

    def key(self, key_id: str, purpose: str) -> bytes | None:
        """The 32-byte key for one purpose."""
        master = self.keys.get(key_id)
        return None if master is None else hmac.new(master, purpose.encode(), hashlib.sha256).digest()


def ring(settings: Settings) -> Ring:
    """The ring as it stands now. The file is read each time, so that a running server knows a key the moment it is added.

    RF_VAULT_KEYS lists `k2:...` entries; the first one seals. In the file the last one does. Raises `BadKeyRing`.
    """
    listed = settings.vault_keys.get_secret_value()
    entries = _entries(listed) if listed.strip() else _entries(_kept(settings))[::-1]
    keys = {FIRST_KEY: settings.secret_key.get_secret_value().encode()}
    for key_id, key in entries:
        if key_id in keys:
            message = f"The key {key_id} stands in the key ring twice; k1 is always the installation's own secret."
            raise BadKeyRing(message)
        keys[key_id] = key.encode()
    return Ring(entries[0][0] if entries else FIRST_KEY, keys)


def add_key(settings: Settings) -> str:
    """Add a new random key to the file and make it current. Returns its id. Raises `BadKeyRing` when the ring is in RF_VAULT_KEYS."""
    if settings.vault_keys.get_secret_value().strip():
        message = (
            "The key ring is in RF_VAULT_KEYS: add the new key there, in front of the others. Nothing was changed."
        )
        raise BadKeyRing(message)
    known = ring(settings)
    fresh = f"k{max(int(key_id[1:]) for key_id in known.keys) + 1}"
    path = settings.data_dir / KEY_FILE
    temporary = path.with_name(f"{KEY_FILE}.{secrets.token_hex(4)}")
    temporary.touch(mode=0o600)
    with temporary.open("w", encoding="ascii") as out:
        out.write(f"{_kept(settings)}{fresh}:{secrets.token_urlsafe(48)}\n")
        out.flush()
        os.fsync(out.fileno())
    temporary.replace(path)
    _sync_folder(path.parent)
    return fresh


def _sync_folder(folder: Path) -> None:
    # A key that a crash takes back would leave ciphertexts that nothing opens.
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _kept(settings: Settings) -> str:
    try:
        return (settings.data_dir / KEY_FILE).read_text(encoding="ascii")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        message = f"The key file {KEY_FILE} of the data directory cannot be read."
        raise BadKeyRing(message) from error


def _entries(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for number, entry in enumerate(re.split(r"[\s,]+", text.strip()) if text.strip() else [], start=1):
        parts = _ENTRY.match(entry)
        if parts is None:
            message = f"Entry {number} of the key ring is not k2:KEY with 32 to 200 letters, digits, - or _."
            raise BadKeyRing(message)
        found.append((parts.group(1), parts.group(2)))
    return found


def seal(settings: Settings, place: Place, secret: str) -> str:
    """The ciphertext of `secret`, readable at `place` only."""
    remember(place.account_id, secret)
    known = ring(settings)
    key = known.key(known.current, place.purpose)
    assert key is not None
    nonce = os.urandom(_NONCE)
    raw = nonce + AESGCM(key).encrypt(nonce, secret.encode(), place.bound)
    return f"{known.current}:{base64.b64encode(raw).decode()}"


def unseal(settings: Settings, place: Place, sealed: str) -> str:
    """The clear text. Raises `SecretUnreadable`."""
    key_id, _, text = sealed.partition(":")
    key = ring(settings).key(key_id, place.purpose)
    if key is None:
        raise SecretUnreadable(place.column)
    try:
        raw = base64.b64decode(text, validate=True)
        return AESGCM(key).decrypt(raw[:_NONCE], raw[_NONCE:], place.bound).decode()
    except (InvalidTag, ValueError) as error:
        raise SecretUnreadable(place.column) from error


def reseal(settings: Settings, place: Place, sealed: str) -> str | None:
    """The same secret under the current key; None when it is under that key already. Raises `SecretUnreadable`."""
    if sealed.partition(":")[0] == ring(settings).current:
        unseal(settings, place, sealed)
        return None
    return seal(settings, place, unseal(settings, place, sealed))


@dataclass(slots=True)
class Tally:
    """What became of stored secrets when the keys were changed. `unreadable` names rows, by table and id."""

    resealed: int = 0
    current: int = 0
    unreadable: list[str] = field(default_factory=list[str])

    def reseal(self, settings: Settings, place: Place, sealed: str, *, table: str) -> str:
        """The secret under the current key, counted; as it was when it cannot be read."""
        try:
            fresh = reseal(settings, place, sealed)
        except SecretUnreadable:
            self.unreadable.append(f"{table} {place.row_id} {place.column}")
            return sealed
        if fresh is None:
            self.current += 1
            return sealed
        self.resealed += 1
        return fresh
