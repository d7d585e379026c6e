from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hookwire_catalog import acl
from hookwire_catalog.errors import DependentObjectsStillExist, InvalidGrantOperation
from hookwire_catalog.objects import Acl, AclItem

OWNER = 1
ROLES = st.integers(2, 5)
LETTERS = st.sets(st.sampled_from("arw"), min_size=1).map(acl.ordered)
STEPS = st.lists(st.tuples(st.booleans(), ROLES, ROLES, LETTERS, st.booleans()), max_size=12)


def test_defaults_are_those_of_postgresql() -> None:
    shown = [acl.text(item, str) for item in acl.default("database", OWNER)]
    assert shown == ["=Tc/1", "1=CTc/1"]
    assert [acl.text(item, str) for item in acl.default("table", OWNER)] == ["1=arwdDxt/1"]


def test_names_are_quoted_as_aclitems_are() -> None:
    item = AclItem(2, OWNER, "rw", "r")
    assert acl.text(item, {1: "o-o", 2: "Ann"}.__getitem__) == 'Ann=r*w/"o-o"'


@given(STEPS)
def test_nobody_holds_a_grant_option_that_nobody_gave(steps: list[tuple[object, ...]]) -> None:
    """After any grants and revokes each item hangs on the owner, by options that are held."""
    found: Acl = acl.default("table", OWNER)
    for revoke, grantor, grantee, letters, option in steps:
        assert isinstance(grantor, int) and isinstance(grantee, int) and isinstance(letters, str)
        by = grantor if grantor != 5 else OWNER
        may = acl.ordered(set(acl.options(found, OWNER, "table", by)) & set(letters))
        if not may:
            continue
        try:
            if revoke:
                gone = AclItem(grantee, by, may)
                found = acl.revoked(
                    found, gone, OWNER, "table", option_only=bool(option), cascade=True
                )
            else:
                new = AclItem(grantee, by, may, may if option else "")
                found = acl.granted(found, new, OWNER, "table")
        except InvalidGrantOperation:
            continue
        for item in found:
            assert set(item.grantable) <= set(item.privileges)
            assert set(item.privileges) <= set(acl.options(found, OWNER, "table", item.grantor))
            assert reaches_owner(found, item.grantor, item.privileges[0], set())


def reaches_owner(found: Acl, role: int, letter: str, seen: set[int]) -> bool:
    if role == OWNER:
        return True
    givers = {i.grantor for i in found if i.grantee == role and letter in i.grantable} - seen
    return any(reaches_owner(found, giver, letter, seen | {role}) for giver in givers)


def test_what_others_hold_by_it_is_revoked_with_cascade_only() -> None:
    found = acl.default("table", OWNER)
    found = acl.granted(found, AclItem(2, OWNER, "r", "r"), OWNER, "table")
    found = acl.granted(found, AclItem(3, 2, "r"), OWNER, "table")
    gone = AclItem(2, OWNER, "r")
    with pytest.raises(DependentObjectsStillExist):
        acl.revoked(found, gone, OWNER, "table", cascade=False)
    assert acl.revoked(found, gone, OWNER, "table", cascade=True) == acl.default("table", OWNER)


def test_the_new_owner_takes_what_the_old_one_had_and_granted() -> None:
    found = acl.granted(acl.default("table", OWNER), AclItem(2, OWNER, "r"), OWNER, "table")
    assert acl.with_owner(found, OWNER, 2) == (AclItem(2, 2, "arwdDxt"),)
    assert acl.with_owner(None, OWNER, 2) is None
