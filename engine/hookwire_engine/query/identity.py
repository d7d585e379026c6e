"""Who a session is: the role that it logged in as, and those that SET makes of it.

The names are settings (session_authorization, role), so that they follow transactions as all
settings do. Roles are kept by id: a session stays who it is when its role gets another name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from hookwire_catalog.catalog import Catalog
from hookwire_catalog.errors import InsufficientPrivilege, InvalidParameterValue
from hookwire_catalog.objects import Role
from hookwire_catalog.roles import reachable

NONE = "none"


class Identity:
    """`catalog` is the snapshot that the session sees; `setting` gives a current value."""

    def __init__(
        self, role: Role, catalog: Callable[[], Catalog], setting: Callable[[str], str]
    ) -> None:
        self.authenticated = role.id
        self._login = role.name
        self._ids = {role.name: role.id}
        self._catalog = catalog
        self._setting = setting

    @property
    def session_role(self) -> int:
        return self._ids[self._setting("session_authorization")]

    @property
    def role(self) -> int:
        name = self._setting("role")
        return self.session_role if name == NONE else self._ids[name]

    def name(self, role: int) -> str:
        found = self._catalog().roles.get(role)
        return f"unknown (OID={role})" if found is None else found.name

    def changed(self, setting: str, value: str | None) -> Mapping[str, str]:
        """The settings that SET role or session_authorization comes to; None is DEFAULT.

        Raises InvalidParameterValue (22023), InsufficientPrivilege (42501).
        """
        roles = self._catalog().roles
        if setting == "role":
            if value is None or value.lower() == NONE:
                return {"role": NONE, **self._flag(self.session_role)}
            found = self._found(value)
            session = roles.get(self.session_role)
            if session is None or not (
                session.superuser or found.id in reachable(roles, session.id, by="set")
            ):
                raise InsufficientPrivilege(f'permission denied to set role "{value}"')
            return {"role": found.name, **self._flag(found.id)}
        if value is None:
            name, becomes = self._login, self.authenticated
        else:
            found = self._found(value)
            name, becomes = found.name, found.id
        login = roles.get(self.authenticated)
        if becomes != self.authenticated and (login is None or not login.superuser):
            raise InsufficientPrivilege(f'permission denied to set session authorization "{value}"')
        return {"session_authorization": name, "role": NONE, **self._flag(becomes)}

    def _found(self, name: str) -> Role:
        found = self._catalog().role(name)
        if found is None:
            raise InvalidParameterValue(f'role "{name}" does not exist')
        if self._ids.setdefault(found.name, found.id) != found.id:
            raise InvalidParameterValue(
                f'role "{name}" has the name that a role of this session had',
                hint="Begin another session.",
            )
        return found

    def _flag(self, role: int) -> Mapping[str, str]:
        found = self._catalog().roles.get(role)
        return {"is_superuser": "on" if found is not None and found.superuser else "off"}
