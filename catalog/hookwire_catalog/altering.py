"""ALTER SOURCE: what changes of a source besides its name."""

from __future__ import annotations

import dataclasses

from hookwire_catalog.creating import check_external_id, free_external_id
from hookwire_catalog.edits import Context, Edit, check_kind
from hookwire_catalog.errors import UndefinedObject
from hookwire_catalog.notices import notice
from hookwire_catalog.objects import WebhookSource
from hookwire_catalog.secrets import validation_of
from hookwire_catalog.snapshot import Snapshot
from hookwire_catalog.statements import (
    AlterSourceOptions,
    OptionValue,
    PauseSource,
    QualifiedName,
    SetValidation,
)


def set_validation(snapshot: Snapshot, statement: SetValidation, context: Context) -> Edit:
    source = source_named(snapshot, statement.name, context, if_exists=statement.if_exists)
    if isinstance(source, Edit):
        return source
    if statement.validation is None and source.validation is None:
        raise UndefinedObject(
            f'source "{statement.name}" has no check', position=statement.name.position
        )
    validation = validation_of(snapshot, statement.validation, context)
    return Edit(replaced=((source, dataclasses.replace(source, validation=validation)),))


def source_named(
    snapshot: Snapshot, name: QualifiedName, context: Context, *, if_exists: bool
) -> WebhookSource | Edit:
    """The source that an ALTER names, or the notice that there is none."""
    if if_exists and snapshot.lookup(name.parts, context.search_path) is None:
        return Edit(notices=(notice(f'relation "{name}" does not exist, skipping'),))
    found = snapshot.resolve(name.parts, context.search_path, position=name.position)
    check_kind(found, "source")
    assert isinstance(found, WebhookSource)
    return found


def set_options(snapshot: Snapshot, statement: AlterSourceOptions, context: Context) -> Edit:
    """A reset `external_id` becomes a new random one: the old URL is dead."""
    found = source_named(snapshot, statement.name, context, if_exists=statement.if_exists)
    if isinstance(found, Edit):
        return found
    changed = dict(statement.options)
    new = found
    if "external_id" in changed:
        new = _with_external_id(snapshot, found, changed.pop("external_id"), context)
    options = dataclasses.replace(found.options, **changed)  # type: ignore[arg-type]
    return _replaced(found, dataclasses.replace(new, options=options))


def _with_external_id(
    snapshot: Snapshot, source: WebhookSource, given: OptionValue | None, context: Context
) -> WebhookSource:
    if given is None:
        made = free_external_id(snapshot, context)
        return dataclasses.replace(source, external_id=made, external_id_given=False)
    assert isinstance(given, str)
    if given != source.external_id:
        check_external_id(snapshot, given)
    return dataclasses.replace(source, external_id=given, external_id_given=True)


def pause(snapshot: Snapshot, statement: PauseSource, context: Context) -> Edit:
    found = source_named(snapshot, statement.name, context, if_exists=statement.if_exists)
    if isinstance(found, Edit):
        return found
    return _replaced(found, dataclasses.replace(found, paused=statement.paused))


def _replaced(old: WebhookSource, new: WebhookSource) -> Edit:
    return Edit() if new == old else Edit(replaced=((old, new),))
