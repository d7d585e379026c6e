"""CREATE, ALTER, RENAME and DROP SECRET, and what a source's validation comes to."""

from __future__ import annotations

import dataclasses

from hookwire_catalog.edits import Context, Edit, check_not_system
from hookwire_catalog.errors import (
    DuplicateObject,
    ObjectNotInPrerequisiteState,
    UndefinedObject,
)
from hookwire_catalog.names import ObjectName, quote_identifier
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import CheckClause, RecipeClause, Secret, Validation
from hookwire_catalog.rights import check_may
from hookwire_catalog.snapshot import Snapshot
from hookwire_catalog.statements import (
    AlterSecret,
    CheckText,
    CreateSecret,
    QualifiedName,
    RenameSecret,
    ValidationText,
)

MOST_VALUES = 2
"""How many values of a secret are live at a time: the new one and the previous."""


def create_secret(snapshot: Snapshot, statement: CreateSecret, context: Context) -> Edit:
    parts, position = statement.name.parts, statement.name.position
    if len(parts) > 1:
        check_not_system(parts[-2], position)
    name = snapshot.target(parts, context.search_path, position=position)
    if statement.if_not_exists and snapshot.find_secret(name) is not None:
        return Edit(notices=(notice(f'secret "{name.name}" already exists, skipping', "42710"),))
    _check_new(snapshot, name, position)
    sealed = context.seal(snapshot.next_id, statement.value)
    secret = Secret(
        snapshot.next_id, name, (sealed,), created_us=context.now_us, owner=context.role
    )
    return Edit(added=(secret,))


def _check_new(snapshot: Snapshot, name: ObjectName, position: int | None = None) -> None:
    if snapshot.find_secret(name) is not None:
        raise DuplicateObject(f'secret "{name.name}" already exists', position=position)


def alter_secret(snapshot: Snapshot, statement: AlterSecret, context: Context) -> Edit:
    found = _existing(snapshot, statement.name, context, if_exists=statement.if_exists)
    if isinstance(found, Edit):
        return found
    sealed = _values(found, statement, context)
    return Edit(replaced=((found, dataclasses.replace(found, sealed=sealed)),))


def _values(secret: Secret, statement: AlterSecret, context: Context) -> tuple[bytes, ...]:
    live, shown = secret.sealed, secret.name.name
    if statement.value is None:
        if len(live) < MOST_VALUES:
            raise ObjectNotInPrerequisiteState(
                f'secret "{shown}" has no previous value', position=statement.name.position
            )
        return live[:1]
    if statement.action == "add" and len(live) >= MOST_VALUES:
        raise ObjectNotInPrerequisiteState(
            f'secret "{shown}" has {MOST_VALUES} live values already',
            hint=f"Write ALTER SECRET {secret.name} RETIRE PREVIOUS first.",
            position=statement.name.position,
        )
    sealed = context.seal(secret.id, statement.value)
    return (sealed, *live) if statement.action == "add" else (sealed,)


def rename_secret(snapshot: Snapshot, statement: RenameSecret, context: Context) -> Edit:
    found = _existing(snapshot, statement.name, context, if_exists=statement.if_exists)
    if isinstance(found, Edit):
        return found
    name = dataclasses.replace(found.name, name=statement.new_name)
    _check_new(snapshot, name)
    return Edit(replaced=((found, dataclasses.replace(found, name=name)),))


def _existing(
    snapshot: Snapshot, name: QualifiedName, context: Context, *, if_exists: bool
) -> Secret | Edit:
    if if_exists and snapshot.lookup_secret(name.parts, context.search_path) is None:
        return Edit(notices=(notice(f'secret "{name}" does not exist, skipping'),))
    return resolve(snapshot, name, context)


def resolve(snapshot: Snapshot, name: QualifiedName, context: Context) -> Secret:
    """Raises UndefinedObject (42704)."""
    found = snapshot.lookup_secret(name.parts, context.search_path)
    if found is None:
        raise UndefinedObject(f'secret "{name}" does not exist', position=name.position)
    return found


def _usable(snapshot: Snapshot, name: QualifiedName, context: Context) -> Secret:
    """Raises 42501: a check tells, request by request, what the value is not."""
    found = resolve(snapshot, name, context)
    rights = snapshot.rights(context.role)
    check_may(rights, found, "U", "secret", quote_identifier(found.name.name))
    return found


def validation_of(
    snapshot: Snapshot, written: ValidationText | None, context: Context
) -> Validation | None:
    """The clause with its secrets found."""
    if written is None:
        return None
    ids = tuple(_usable(snapshot, name, context).id for name in written.secrets)
    if isinstance(written, CheckText):
        return CheckClause(written.text, written.using, ids)
    return RecipeClause(written.recipe, ids, written.options)
