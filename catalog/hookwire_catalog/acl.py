"""Access control lists: who was granted what by whom, and what follows (PostgreSQL 5.7, acl.c)."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Iterable, Iterator

from hookwire_catalog.errors import DependentObjectsStillExist, InvalidGrantOperation
from hookwire_catalog.objects import Acl, AclItem

PUBLIC = 0
ORDER = "arwdDxtXUCTc"
"""All privileges, in the order in which an aclitem shows them."""

LETTERS = {
    "SELECT": "r",
    "INSERT": "a",
    "UPDATE": "w",
    "DELETE": "d",
    "TRUNCATE": "D",
    "REFERENCES": "x",
    "TRIGGER": "t",
    "EXECUTE": "X",
    "USAGE": "U",
    "CREATE": "C",
    "TEMPORARY": "T",
    "TEMP": "T",
    "CONNECT": "c",
}
WORDS = {letter: word for word, letter in LETTERS.items() if word != "TEMP"}

ALL = {
    "table": "arwdDxt",
    "sequence": "rwU",
    "schema": "UC",
    "database": "CTc",
    "secret": "U",
    "function": "X",
    "type": "U",
}
"""The privileges that there are on each kind of object; sources and views are tables here."""

_TO_ALL = {"database": "Tc", "function": "X", "type": "U"}
_PLAIN = re.compile(r"[A-Za-z0-9_]+\Z")


def default(kind: str, owner: int) -> Acl:
    """What holds where nothing was ever granted or revoked (table 5.2)."""
    own = AclItem(owner, owner, ALL[kind])
    shared = _TO_ALL.get(kind)
    return (own,) if shared is None else (AclItem(PUBLIC, owner, shared), own)


def ordered(letters: Iterable[str]) -> str:
    found = set(letters)
    return "".join(letter for letter in ORDER if letter in found)


def held(acl: Acl, roles: frozenset[int]) -> str:
    """The privileges that `roles` have, together with what everybody has."""
    return ordered(
        letter
        for item in acl
        if item.grantee == PUBLIC or item.grantee in roles
        for letter in item.privileges
    )


def options(acl: Acl, owner: int, kind: str, role: int) -> str:
    """The privileges that `role` itself may grant: an owner all of them, whatever was revoked."""
    if role == owner:
        return ALL[kind]
    return ordered(letter for item in acl if item.grantee == role for letter in item.grantable)


def granted(acl: Acl, new: AclItem, owner: int, kind: str) -> Acl:
    """Raises InvalidGrantOperation (0LP01)."""
    if new.grantable:
        _check_not_circular(acl, new, owner, kind)
    result: list[AclItem] = []
    merged = False
    for item in acl:
        if (item.grantee, item.grantor) == (new.grantee, new.grantor):
            item = _item(
                item, item.privileges + new.privileges, item.grantable + new.grantable
            )
            merged = True
        result.append(item)
    return tuple(result) if merged else (*result, new)


def _item(item: AclItem, privileges: Iterable[str], grantable: Iterable[str]) -> AclItem:
    return dataclasses.replace(
        item, privileges=ordered(privileges), grantable=ordered(grantable)
    )


def _check_not_circular(acl: Acl, new: AclItem, owner: int, kind: str) -> None:
    """Nobody may hold a grant option that comes from themselves."""
    if new.grantee == PUBLIC:
        raise InvalidGrantOperation("grant options can only be granted to roles")
    if new.grantor == owner:
        return
    left = acl
    for item in acl:
        if item.grantee == new.grantee and item.grantable:
            left = revoked(left, item, owner, kind, cascade=True)
    if not set(new.grantable) <= set(options(left, owner, kind, new.grantor)):
        raise InvalidGrantOperation("grant options cannot be granted back to your own grantor")


def revoked(
    acl: Acl, gone: AclItem, owner: int, kind: str, *, option_only: bool = False, cascade: bool
) -> Acl:
    """Without the privileges of `gone`, or only the options to grant them, and with `cascade`
    without what was granted on the strength of those; else raises 2BP01 if there is any."""
    result: list[AclItem] = []
    lost: set[str] = set()
    for item in acl:
        if (item.grantee, item.grantor) == (gone.grantee, gone.grantor):
            lost = set(item.grantable) & set(gone.privileges)
            kept = item.privileges if option_only else set(item.privileges) - set(gone.privileges)
            item = _item(item, kept, set(item.grantable) - set(gone.privileges))
            if not item.privileges:
                continue
        result.append(item)
    after = tuple(result)
    lost -= set(options(after, owner, kind, gone.grantee))
    return _without_dependents(after, gone.grantee, lost, owner, kind, cascade) if lost else after


def _without_dependents(
    acl: Acl, grantor: int, lost: set[str], owner: int, kind: str, cascade: bool
) -> Acl:
    for item in acl:
        taken = ordered(lost & set(item.privileges))
        if item.grantor != grantor or not taken:
            continue
        if not cascade:
            raise DependentObjectsStillExist(
                "dependent privileges exist", hint="Use CASCADE to revoke them too."
            )
        gone = dataclasses.replace(item, privileges=taken)
        acl = revoked(acl, gone, owner, kind, cascade=True)
    return acl


def with_owner(acl: Acl | None, old: int, new: int) -> Acl | None:
    """After ALTER ... OWNER TO: what the old owner held and granted is the new one's."""
    if acl is None:
        return None
    result: dict[tuple[int, int], AclItem] = {}
    for item in acl:
        grantee = new if item.grantee == old else item.grantee
        grantor = new if item.grantor == old else item.grantor
        known = result.get((grantee, grantor), AclItem(grantee, grantor, ""))
        result[grantee, grantor] = _item(
            known, known.privileges + item.privileges, known.grantable + item.grantable
        )
    return tuple(result.values())


def without_role(acl: Acl | None, role: int) -> Acl | None:
    """Without what was granted to the role or by it."""
    if acl is None:
        return None
    return tuple(item for item in acl if role not in (item.grantee, item.grantor))


def mentions(acl: Acl | None, role: int) -> bool:
    return any(role in (item.grantee, item.grantor) for item in acl or ())


def text(item: AclItem, name: Callable[[int], str]) -> str:
    """PostgreSQL's aclitem, as in `ann=r*w/hookwire`."""
    letters = "".join(
        letter + ("*" if letter in item.grantable else "") for letter in item.privileges
    )
    grantee = "" if item.grantee == PUBLIC else _quoted(name(item.grantee))
    return f"{grantee}={letters}/{_quoted(name(item.grantor))}"


def _quoted(name: str) -> str:
    return name if _PLAIN.match(name) else '"' + name.replace('"', '""') + '"'


def each(acl: Acl) -> Iterator[tuple[int, int, str, bool]]:
    """Grantor, grantee, privilege and whether it may be granted, as aclexplode() gives them."""
    for item in acl:
        for letter in item.privileges:
            yield item.grantor, item.grantee, WORDS[letter], letter in item.grantable
