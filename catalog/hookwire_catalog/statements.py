"""Hookwire's own statements as values. What is not here goes to DuckDB.

Names are as written (folded, not yet resolved against a catalog); see `Catalog.apply`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from hookwire_catalog.names import QualifiedName as QualifiedName
from hookwire_catalog.objects import (
    AttributeColumn,
    BodyFormat,
    HeaderFilter,
    MappedHeader,
    SourceOptions,
)
from hookwire_catalog.role_statements import (
    AlterOwner,
    AlterRole,
    AlterRoleSetting,
    CreateRole,
    DropOwned,
    DropRoles,
    Grant,
    GrantRole,
    ReassignOwned,
    RenameRole,
    RoleName,
)


@dataclass(frozen=True, slots=True)
class CheckText:
    """CHECK ( ... ) or, with `using`, VALIDATE USING ( ... ). `secrets` are the names after each
    SECRET in its order, `start` is the text's 0-based index in the statement."""

    text: str
    using: bool = False
    secrets: tuple[QualifiedName, ...] = ()
    start: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class RecipeText:
    """VALIDATE recipe ( SECRET name, ..., option => literal, ... ); the recipe in upper case."""

    recipe: str
    secrets: tuple[QualifiedName, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    position: int = field(default=0, compare=False)


ValidationText = CheckText | RecipeText


@dataclass(frozen=True, slots=True)
class CreateWebhookSource:
    name: QualifiedName
    body_format: BodyFormat
    if_not_exists: bool = False
    cluster: str | None = None
    include_headers: tuple[HeaderFilter, ...] | None = None
    mapped_headers: tuple[MappedHeader, ...] = ()
    attributes: tuple[AttributeColumn, ...] = ()
    options: SourceOptions = SourceOptions()
    external_id: str | None = None
    validation: ValidationText | None = None


@dataclass(frozen=True, slots=True)
class SetValidation:
    """ALTER SOURCE [IF EXISTS] ... SET CHECK | SET VALIDATE; None is DROP CHECK."""

    name: QualifiedName
    validation: ValidationText | None
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateSecret:
    name: QualifiedName
    value: bytes = field(repr=False)
    if_not_exists: bool = False


@dataclass(frozen=True, slots=True)
class AlterSecret:
    """`action` is "replace" (AS), "add" (ADD) or "retire" (RETIRE PREVIOUS, without a value)."""

    name: QualifiedName
    action: str
    value: bytes | None = field(repr=False)
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class RenameSecret:
    name: QualifiedName
    new_name: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class DropSecrets:
    names: tuple[QualifiedName, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class DropRelations:
    """DROP SOURCE | VIEW; `kind` is "source" or "view"."""

    kind: str
    names: tuple[QualifiedName, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameRelation:
    """ALTER SOURCE | VIEW [IF EXISTS] ... RENAME TO."""

    kind: str
    name: QualifiedName
    new_name: str
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class SetRelationSchema:
    """ALTER SOURCE | VIEW [IF EXISTS] ... SET SCHEMA."""

    kind: str
    name: QualifiedName
    schema: str
    if_exists: bool = False


OptionValue = int | str | tuple[str, ...]
"""The value of one option of a source, as SourceOptions holds it."""


@dataclass(frozen=True, slots=True)
class AlterSourceOptions:
    """ALTER SOURCE [IF EXISTS] ... SET ( ... ) | RESET ( ... ); None is reset. `external_id` is one
    of the options here."""

    name: QualifiedName
    options: tuple[tuple[str, OptionValue | None], ...]
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class PauseSource:
    """ALTER SOURCE [IF EXISTS] ... PAUSE | RESUME."""

    name: QualifiedName
    paused: bool
    if_exists: bool = False


@dataclass(frozen=True, slots=True)
class CreateSchema:
    """`owner` is AUTHORIZATION's."""

    name: QualifiedName
    if_not_exists: bool = False
    owner: RoleName | None = None


@dataclass(frozen=True, slots=True)
class DropSchema:
    names: tuple[QualifiedName, ...]
    if_exists: bool = False
    cascade: bool = False


@dataclass(frozen=True, slots=True)
class RenameSchema:
    name: QualifiedName
    new_name: str


@dataclass(frozen=True, slots=True)
class SwapSchemas:
    """ALTER SCHEMA a SWAP WITH b."""

    name: QualifiedName
    other: QualifiedName


@dataclass(frozen=True, slots=True)
class CreateView:
    """`query` is the text after AS, `query_start` its 0-based index in the statement.
    `if_not_exists` and `with_data` are for a materialized view only."""

    name: QualifiedName
    query: str
    query_start: int
    columns: tuple[str, ...] = ()
    or_replace: bool = False
    materialized: bool = False
    if_not_exists: bool = False
    with_data: bool = True


@dataclass(frozen=True, slots=True)
class RefreshView:
    """REFRESH MATERIALIZED VIEW [CONCURRENTLY] ... [WITH [NO] DATA]."""

    name: QualifiedName
    concurrently: bool = False
    with_data: bool = True


@dataclass(frozen=True, slots=True)
class CommentOn:
    """`kind` is source, table, view, materialized view, column, schema, secret or role; `column` is
    set for a column only, whose relation is `name`. `comment` None removes the comment.

    A TABLE or COLUMN may also be of a plain table, which the catalog does not hold.
    """

    kind: str
    name: QualifiedName
    column: str | None
    comment: str | None


CatalogStatement = (
    CreateWebhookSource
    | DropRelations
    | RenameRelation
    | SetRelationSchema
    | AlterSourceOptions
    | PauseSource
    | CreateSchema
    | DropSchema
    | RenameSchema
    | SwapSchemas
    | CreateView
    | RefreshView
    | CommentOn
    | SetValidation
    | CreateSecret
    | AlterSecret
    | RenameSecret
    | DropSecrets
    | CreateRole
    | AlterRole
    | AlterRoleSetting
    | RenameRole
    | DropRoles
    | GrantRole
    | Grant
    | AlterOwner
    | DropOwned
    | ReassignOwned
)


@dataclass(frozen=True, slots=True)
class Show:
    """SHOW SOURCES | VIEWS | TABLES | OBJECTS | SECRETS [FROM schema], SHOW SCHEMAS | DATABASES.

    `what` is that word in lower case; `schema` None means the current one.
    """

    what: str
    schema: str | None = None


@dataclass(frozen=True, slots=True)
class ShowColumns:
    name: QualifiedName


@dataclass(frozen=True, slots=True)
class ShowCreate:
    """SHOW CREATE SOURCE | [MATERIALIZED] VIEW | TABLE; `kind` in lower case ("table" may mean a
    source)."""

    kind: str
    name: QualifiedName


@dataclass(frozen=True, slots=True)
class ShowSetting:
    """SHOW name; `name` is "all" for SHOW ALL, and else as written (see settings.lookup)."""

    name: str


@dataclass(frozen=True, slots=True)
class SetSetting:
    """SET [SESSION | LOCAL] and its kin (TIME ZONE, NAMES, SCHEMA, ROLE ...).

    `value` None is DEFAULT. It is text as written: `settings.validate` makes it canonical.
    """

    name: str
    value: str | None
    local: bool = False


@dataclass(frozen=True, slots=True)
class ResetSetting:
    """RESET; `name` is "all" for RESET ALL."""

    name: str


@dataclass(frozen=True, slots=True)
class AlterSystem:
    """ALTER SYSTEM SET name = value | DEFAULT, ALTER SYSTEM RESET name | ALL.

    `name` is "all" for RESET ALL; `value` None is DEFAULT or RESET, and else text as written.
    """

    name: str
    value: str | None = None


@dataclass(frozen=True, slots=True)
class Begin:
    """BEGIN, or with `start` START TRANSACTION. `modes` are settings and canonical values:
    transaction_isolation, transaction_read_only, transaction_deferrable."""

    modes: tuple[tuple[str, str], ...] = ()
    start: bool = False


@dataclass(frozen=True, slots=True)
class Commit:
    """COMMIT or END."""


@dataclass(frozen=True, slots=True)
class Rollback:
    """ROLLBACK or ABORT."""


@dataclass(frozen=True, slots=True)
class Savepoint:
    name: str


@dataclass(frozen=True, slots=True)
class ReleaseSavepoint:
    name: str


@dataclass(frozen=True, slots=True)
class RollbackToSavepoint:
    name: str


@dataclass(frozen=True, slots=True)
class SetTransaction:
    """SET TRANSACTION (modes as in Begin); with `session`, SET SESSION CHARACTERISTICS AS
    TRANSACTION (the same with `default_` before them)."""

    modes: tuple[tuple[str, str], ...]
    session: bool = False


@dataclass(frozen=True, slots=True)
class Discard:
    """DISCARD ALL | PLANS | SEQUENCES | TEMP, in lower case."""

    what: str


@dataclass(frozen=True, slots=True)
class Deallocate:
    """DEALLOCATE [PREPARE] name | ALL; `name` None is ALL."""

    name: str | None


@dataclass(frozen=True, slots=True)
class Maintain:
    """VACUUM or ANALYZE, in lower case; nothing is left for them to do, whatever they name."""

    what: str


SessionStatement = (
    Show
    | ShowColumns
    | ShowCreate
    | ShowSetting
    | SetSetting
    | ResetSetting
    | AlterSystem
    | Begin
    | Commit
    | Rollback
    | Savepoint
    | ReleaseSavepoint
    | RollbackToSavepoint
    | SetTransaction
    | Discard
    | Deallocate
    | Maintain
)

OurStatement = CatalogStatement | SessionStatement

_TAGS: dict[type[OurStatement], str] = {
    CreateWebhookSource: "CREATE SOURCE",
    AlterSourceOptions: "ALTER SOURCE",
    PauseSource: "ALTER SOURCE",
    AlterSystem: "ALTER SYSTEM",
    CreateSchema: "CREATE SCHEMA",
    DropSchema: "DROP SCHEMA",
    RenameSchema: "ALTER SCHEMA",
    SwapSchemas: "ALTER SCHEMA",
    CreateView: "CREATE VIEW",
    RefreshView: "REFRESH MATERIALIZED VIEW",
    CommentOn: "COMMENT",
    SetValidation: "ALTER SOURCE",
    CreateSecret: "CREATE SECRET",
    AlterSecret: "ALTER SECRET",
    RenameSecret: "ALTER SECRET",
    DropSecrets: "DROP SECRET",
    CreateRole: "CREATE ROLE",
    AlterRole: "ALTER ROLE",
    AlterRoleSetting: "ALTER ROLE",
    RenameRole: "ALTER ROLE",
    DropRoles: "DROP ROLE",
    DropOwned: "DROP OWNED",
    ReassignOwned: "REASSIGN OWNED",
    Show: "SHOW",
    ShowColumns: "SHOW",
    ShowCreate: "SHOW",
    ShowSetting: "SHOW",
    SetSetting: "SET",
    SetTransaction: "SET",
    ResetSetting: "RESET",
    Begin: "BEGIN",
    Commit: "COMMIT",
    Rollback: "ROLLBACK",
    RollbackToSavepoint: "ROLLBACK",
    Savepoint: "SAVEPOINT",
    ReleaseSavepoint: "RELEASE",
}


def command_tag(statement: OurStatement) -> str:
    """What CommandComplete says (PostgreSQL 55.7)."""
    match statement:
        case CreateView(materialized=True):
            return "CREATE MATERIALIZED VIEW"
        case DropRelations(kind=kind):
            return f"DROP {kind.upper()}"
        case RenameRelation(kind=kind) | SetRelationSchema(kind=kind):
            return f"ALTER {kind.upper()}"
        case GrantRole(revoke=revoke):
            return "REVOKE ROLE" if revoke else "GRANT ROLE"
        case Grant(revoke=revoke):
            return "REVOKE" if revoke else "GRANT"
        case AlterOwner(kind=kind):
            return f"ALTER {kind.upper()}"
        case Begin(start=True):
            return "START TRANSACTION"
        case Maintain(what=what):
            return what.upper()
        case Discard(what=what):
            return f"DISCARD {what.upper()}"
        case Deallocate(name=name):
            return "DEALLOCATE ALL" if name is None else "DEALLOCATE"
    return _TAGS[type(statement)]
