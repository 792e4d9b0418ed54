"""The key ring: a new key takes over, old ciphertexts stay readable, and everything can be put under the new key."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import pytest
from pydantic import SecretStr

from resolutionflow.kit import vault
from resolutionflow.registry import SEALED
from resolutionflow.settings import Settings

PLACE = vault.Place("test-v1", uuid4(), uuid4(), "field")


@pytest.fixture
def own(settings: Settings, tmp_path: Path) -> Settings:
    return settings.model_copy(update={"data_dir": tmp_path})


def test_a_new_key_seals_and_the_old_one_still_opens(own: Settings) -> None:
    old = vault.seal(own, PLACE, "invented")
    assert vault.add_key(own) == "k2"
    fresh = vault.seal(own, PLACE, "invented")
    assert (old[:3], fresh[:3]) == ("k1:", "k2:")
    assert vault.unseal(own, PLACE, old) == vault.unseal(own, PLACE, fresh) == "invented"
    assert vault.add_key(own) == "k3"
    moved = vault.reseal(own, PLACE, old)
    assert moved is not None
    assert moved.startswith("k3:")
    assert vault.unseal(own, PLACE, moved) == "invented"
    assert vault.reseal(own, PLACE, moved) is None
    assert (own.data_dir / vault.KEY_FILE).stat().st_mode & 0o077 == 0


def test_a_ciphertext_under_another_key_or_name_does_not_open(own: Settings, tmp_path: Path) -> None:
    vault.add_key(own)
    sealed = vault.seal(own, PLACE, "invented")
    other = own.model_copy(update={"data_dir": tmp_path / "elsewhere"})
    for settings, token in ((other, sealed), (own, sealed.replace("k2:", "k1:")), (own, sealed.replace("k2:", "k9:"))):
        with pytest.raises(vault.SecretUnreadable):
            vault.unseal(settings, PLACE, token)


def test_the_ring_of_the_environment_wins_and_its_first_key_seals(own: Settings) -> None:
    listed = own.model_copy(update={"vault_keys": SecretStr(f"k5:{'a' * 40}, k4:{'b' * 40}")})
    assert vault.ring(listed).current == "k5"
    with pytest.raises(vault.BadKeyRing, match="RF_VAULT_KEYS"):
        vault.add_key(listed)
    for wrong in ("k2:short", f"k1:{'a' * 40}", f"k2:{'a' * 40},k2:{'b' * 40}", "nonsense"):
        with pytest.raises(vault.BadKeyRing) as caught:
            vault.ring(own.model_copy(update={"vault_keys": SecretStr(wrong)}))
        assert "a" * 40 not in str(caught.value)
    assert "a" * 40 not in repr(vault.ring(listed))
    assert "a" * 40 not in repr(listed)
    assert len(SEALED) == 2
