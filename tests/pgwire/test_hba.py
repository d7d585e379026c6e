"""The rules of pg_hba.conf: what they mean, and what is wrong with them."""

from __future__ import annotations

import pytest

from hookwire_catalog.errors import InvalidAuthorization
from hookwire_catalog.roles import LoginRole
from hookwire_engine.system.values import Encryption
from hookwire_pgwire.auth import CleartextExchange, Login, TrustExchange
from hookwire_pgwire.hba import BadRulesError, parse, passwords_for_all
from hookwire_pgwire.scram import ScramExchange
from hookwire_pgwire.startup import SessionRequest
from hookwire_pgwire.tls_info import TlsInfo

KINDS = {TrustExchange: "trust", ScramExchange: "scram-sha-256", CleartextExchange: "password"}
TLS = TlsInfo(Encryption("TLSv1.3", "TLS_AES_256_GCM_SHA384", 256), b"")


def decide(rules: str, login: Login) -> str:
    """The method, or the message of the refusal."""
    try:
        return KINDS[type(parse(rules).exchange(login))]
    except InvalidAuthorization as error:
        return error.message


def login(
    user: str = "ann",
    peer: str = "10.1.2.3",
    database: str = "hookwire",
    tls: TlsInfo | None = None,
    member_of: tuple[str, ...] = (),
) -> Login:
    role = LoginRole(user, login=True, superuser=False, memberships=frozenset(member_of))
    return Login(SessionRequest(user, database, {}), peer, role, tls)


def refused(peer: str = "10.1.2.3", user: str = "ann", encryption: str = "no encryption") -> str:
    described = f'host "{peer}", user "{user}", database "hookwire", {encryption}'
    return f"no pg_hba.conf entry for {described}"


SCRAM = "scram-sha-256"


@pytest.mark.parametrize(
    ("rules", "who", "outcome"),
    [
        ("host all all 10.0.0.0/8 scram-sha-256", login(), SCRAM),
        ("host all all 10.0.0.0 255.0.0.0 scram-sha-256", login(), SCRAM),
        ("host all all all scram-sha-256", login(peer="2001:db8::1"), SCRAM),
        ("host all all 10.0.0.0/8 scram-sha-256", login(peer="::ffff:10.1.2.3"), SCRAM),
        ("host all all 10.0.0.0/8 scram-sha-256", login(peer="11.0.0.1"), refused("11.0.0.1")),
        ("", login(), refused()),
        ("# host all all all scram-sha-256", login(), refused()),
        ("local all all trust", login(), refused()),
        ("host all all all reject\nhost all all all scram-sha-256", login(),
         refused().replace("no pg_hba.conf entry", "pg_hba.conf rejects connection")),
        ("host all bob all reject\nhost all all all scram-sha-256", login(), SCRAM),
        ("host all bob,ann all scram-sha-256", login(), SCRAM),
        ("host all bob, ann all scram-sha-256", login(), SCRAM),
        ('host all "all" all scram-sha-256', login(), refused()),
        ('host all "all" all scram-sha-256', login("all"), SCRAM),
        ("host other all all scram-sha-256", login(), refused()),
        ("host sameuser all all scram-sha-256", login("hookwire"), SCRAM),
        ("host sameuser all all scram-sha-256", login(), refused()),
        ("host all +team all scram-sha-256", login(member_of=("team",)), SCRAM),
        ("host all +team all scram-sha-256", login(), refused()),
        ("host all +team all scram-sha-256", login("team"), SCRAM),
        ("hostssl all all all password", login(tls=TLS), "password"),
        ("hostssl all all all password", login(), refused()),
        ("hostnossl all all all scram-sha-256", login(), SCRAM),
        ("hostnossl all all all scram-sha-256", login(tls=TLS),
         refused(encryption="SSL encryption")),
        ("host all all 127.0.0.1/32 trust", login(peer="127.0.0.1"), "trust"),
        ("host all all ::1/128 password", login(peer="::1"), "password"),
        ("hostssl all all all cert", login(tls=TLS),
         "connection requires a valid client certificate"),
        ("hostssl all all all cert", login(tls=TLS._replace(client_name="ann")), "trust"),
        ("hostssl all all all cert", login(tls=TLS._replace(client_name="bob")),
         'certificate authentication failed for user "ann"'),
        ("hostssl all all all scram-sha-256 clientcert=verify-ca",
         login(tls=TLS._replace(client_name="bob")), SCRAM),
        ("hostssl all all all scram-sha-256 clientcert=verify-full",
         login(tls=TLS._replace(client_name="bob")),
         'certificate authentication failed for user "ann"'),
        ("hostssl all all all scram-sha-256 clientcert=verify-ca", login(tls=TLS),
         "connection requires a valid client certificate"),
    ],
)  # fmt: skip
def test_the_first_rule_that_matches_decides(rules: str, who: Login, outcome: str) -> None:
    assert decide(rules, who) == outcome


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("host", "end-of-line before a database specification"),
        ("\nhost all", "line 2: end-of-line before a user specification"),
        ("host all all", "end-of-line before an IP address specification"),
        ("host all all all", "end-of-line before an authentication method specification"),
        ("hots all all all trust", 'invalid connection type "hots"'),
        ("host all all all gss", 'authentication method "gss" is not one of'),
        ("host all all 10.0.0.300/8 scram-sha-256", 'invalid IP address "10.0.0.300/8"'),
        ("host all all example.com/8 scram-sha-256", "host names are not supported"),
        ("host all all 10.0.0.1 scram-sha-256", "needs a mask, such as 10.0.0.1/32"),
        ("host all all all trust", "trust is for loopback addresses only"),
        ("host all all all password", "password is for hostssl and for loopback addresses only"),
        ("host all all all cert", "only supported on hostssl"),
        ("host all all all scram-sha-256 map=x", 'option "map=x" is not supported'),
        ("host all all all scram-sha-256 clientcert=verify-ca", "only be configured for hostssl"),
        ("host all @users all scram-sha-256", "files of names"),
        ("host all all samenet scram-sha-256", "samenet is not supported"),
        ('host all "all all trust', "a quote is not closed"),
        ("host all \\\nall all \\\ngss", "line 1: authentication method"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(rules: str, message: str) -> None:
    with pytest.raises(BadRulesError) as caught:
        parse(rules)
    assert message in str(caught.value)
    assert str(caught.value).startswith("line ")


@pytest.mark.parametrize("peer", ["127.0.0.1", "192.0.2.1", "2001:db8::1"])
def test_with_a_password_everybody_is_asked(peer: str) -> None:
    assert isinstance(passwords_for_all().exchange(login(peer=peer)), ScramExchange)
