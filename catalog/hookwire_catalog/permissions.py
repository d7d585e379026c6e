"""What each catalog statement needs: CREATE on the schema of what is made, ownership of the rest.

Statements about roles and privileges look after themselves (role_changes.py, memberships.py,
grants.py, ownership.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hookwire_catalog.edits import Context, is_system_schema
from hookwire_catalog.errors import InsufficientPrivilege
from hookwire_catalog.names import quote_identifier
from hookwire_catalog.objects import CatalogObject, Schema, Secret
from hookwire_catalog.rights import Rights, check_may, check_owner
from hookwire_catalog.role_names import role_named
from hookwire_catalog.roles import reachable
from hookwire_catalog.snapshot import Snapshot, kind_of
from hookwire_catalog.statements import (
    AlterSecret,
    AlterSourceOptions,
    CatalogStatement,
    CommentOn,
    CreateSchema,
    CreateSecret,
    CreateView,
    CreateWebhookSource,
    DropRelations,
    DropSchema,
    DropSecrets,
    PauseSource,
    QualifiedName,
    RefreshView,
    RenameRelation,
    RenameSchema,
    RenameSecret,
    SetRelationSchema,
    SetValidation,
    SwapSchemas,
)


def check(snapshot: Snapshot, statement: CatalogStatement, context: Context) -> None:
    """Raises InsufficientPrivilege (42501) unless `context.role` may do this. What does not exist
    is left to the statement itself to tell."""
    if context.role not in snapshot.roles:
        raise InsufficientPrivilege("the role of this session has been dropped")
    rights = snapshot.rights(context.role)
    needs = _NEEDS.get(type(statement))
    if needs is not None and not rights.superuser:
        needs(_Check(snapshot, context, rights), statement)


class _Check:
    def __init__(self, snapshot: Snapshot, context: Context, rights: Rights) -> None:
        self.snapshot = snapshot
        self.context = context
        self.rights = rights

    def may_create_in(self, name: QualifiedName) -> None:
        parts = name.parts
        if len(parts) > 1 and is_system_schema(parts[-2]):
            return
        path = self.context.search_path
        self.may_create_in_schema(
            self.snapshot.target(parts, path, position=name.position).schema
        )

    def may_create_in_schema(self, name: str) -> None:
        schema = self.snapshot.schemas.get(name)
        if schema is not None:
            check_may(self.rights, schema, "C", "schema", quote_identifier(name))

    def may_create_schemas(self) -> None:
        database = self.snapshot.database
        check_may(self.rights, database, "C", "database", database.name)

    def owns(self, thing: CatalogObject | Secret) -> None:
        check_owner(self.rights, thing, kind_of(thing), quote_identifier(thing.name.name))

    def owns_or_schema(self, thing: CatalogObject | Secret) -> None:
        """For DROP: what is in a schema may go with the schema."""
        if not self.rights.owns(self.snapshot.schemas[thing.name.schema]):
            self.owns(thing)

    def relation(self, name: QualifiedName) -> CatalogObject | None:
        return self.snapshot.lookup(name.parts, self.context.search_path)

    def secret(self, name: QualifiedName) -> Secret | None:
        return self.snapshot.lookup_secret(name.parts, self.context.search_path)

    def schemas(self, names: Sequence[QualifiedName]) -> None:
        for name in names:
            found: Schema | None = self.snapshot.schemas.get(name.parts[0])
            if found is not None:
                check_owner(self.rights, found, "schema", quote_identifier(found.name))


def _create_view(check: _Check, statement: CreateView) -> None:
    old = check.snapshot.find(
        check.snapshot.target(statement.name.parts, check.context.search_path)
    )
    if old is not None and statement.if_not_exists:
        return
    check.may_create_in(statement.name)
    if old is not None and statement.or_replace:
        check.owns(old)


def _create_schema(check: _Check, statement: CreateSchema) -> None:
    if statement.owner is not None:
        owner = role_named(check.snapshot, statement.owner, check.context)
        check_may_become(check.snapshot, check.context.role, owner.id)
    check.may_create_schemas()


def check_may_become(snapshot: Snapshot, role: int, other: int) -> None:
    """Raises 42501 unless `role` may SET ROLE to `other`."""
    rights = snapshot.rights(role)
    if not rights.superuser and other not in reachable(snapshot.roles, role, by="set"):
        name = snapshot.roles[other].name
        raise InsufficientPrivilege(f'must be able to SET ROLE "{name}"')


def _drop_relations(check: _Check, statement: DropRelations) -> None:
    for name in statement.names:
        found = check.relation(name)
        if found is not None:
            check.owns_or_schema(found)


def _drop_secrets(check: _Check, statement: DropSecrets) -> None:
    for name in statement.names:
        found = check.secret(name)
        if found is not None:
            check.owns_or_schema(found)


def _alter(
    check: _Check,
    statement: RenameRelation
    | SetRelationSchema
    | SetValidation
    | AlterSourceOptions
    | PauseSource
    | RefreshView,
) -> None:
    found = check.relation(statement.name)
    if found is None:
        return
    check.owns(found)
    if isinstance(statement, RenameRelation):
        check.may_create_in_schema(found.name.schema)
    elif isinstance(statement, SetRelationSchema):
        check.may_create_in_schema(statement.schema)


def _alter_secret(check: _Check, statement: AlterSecret | RenameSecret) -> None:
    found = check.secret(statement.name)
    if found is None:
        return
    check.owns(found)
    if isinstance(statement, RenameSecret):
        check.may_create_in_schema(found.name.schema)


def _rename_schema(check: _Check, statement: RenameSchema | SwapSchemas) -> None:
    names = [statement.name]
    if isinstance(statement, SwapSchemas):
        names.append(statement.other)
    check.schemas(names)
    check.may_create_schemas()


def _comment(check: _Check, statement: CommentOn) -> None:
    if statement.kind == "schema":
        check.schemas([statement.name])
    elif statement.kind == "role":
        raise InsufficientPrivilege("permission denied to comment on a role")
    else:
        secret = statement.kind == "secret"
        found = check.secret(statement.name) if secret else check.relation(statement.name)
        if found is not None:
            check.owns(found)


_NEEDS: Mapping[type, Callable[[_Check, Any], None]] = {
    CreateWebhookSource: lambda check, statement: check.may_create_in(statement.name),
    CreateSecret: lambda check, statement: check.may_create_in(statement.name),
    CreateView: _create_view,
    CreateSchema: _create_schema,
    DropRelations: _drop_relations,
    DropSecrets: _drop_secrets,
    DropSchema: lambda check, statement: check.schemas(statement.names),
    RenameRelation: _alter,
    SetRelationSchema: _alter,
    SetValidation: _alter,
    AlterSourceOptions: _alter,
    PauseSource: _alter,
    RefreshView: _alter,
    AlterSecret: _alter_secret,
    RenameSecret: _alter_secret,
    RenameSchema: _rename_schema,
    SwapSchemas: _rename_schema,
    CommentOn: _comment,
}
