from __future__ import annotations

import dataclasses

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.objects import Membership, Role
from hookwire_catalog.roles import OWNER, PREDEFINED, login_role, reachable


def test_a_database_has_its_superuser_and_postgresqls_roles() -> None:
    catalog = Catalog.empty()
    owner = catalog.role("hookwire")
    assert owner is not None
    assert (owner.oid, owner.superuser, owner.login, owner.verifier) == (10, True, True, None)
    monitor = catalog.role("pg_monitor")
    assert monitor is not None
    assert not monitor.login
    assert catalog.role("ann") is None


def test_a_database_without_stored_roles_has_the_same() -> None:
    kept = Catalog.empty().schemas.values()
    assert Catalog.of(kept, next_id=2).roles == Catalog.empty().roles


def test_a_stored_role_takes_the_place_of_a_predefined_one() -> None:
    altered = dataclasses.replace(PREDEFINED[OWNER], verifier="v")
    found = Catalog.of([*Catalog.empty().schemas.values(), altered], next_id=2).role("hookwire")
    assert found is altered
    assert "verifier" not in repr(found)


def test_memberships_are_followed_as_far_as_each_allows() -> None:
    roles = {
        1: Role(1, "a", memberships=(Membership(2, OWNER, inherit=False),)),
        2: Role(2, "b", memberships=(Membership(3, OWNER, set=False),)),
        3: Role(3, "c"),
    }
    assert reachable(roles, 1) == {1}
    assert reachable(roles, 1, by="set") == {1, 2}
    assert reachable(roles, 1, by="member") == {1, 2, 3}
    assert login_role(roles, roles[1]).memberships == {"b", "c"}
