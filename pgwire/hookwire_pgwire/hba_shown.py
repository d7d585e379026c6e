"""Rules as pg_hba_file_rules shows them."""

from __future__ import annotations

from hookwire_engine.system.values import HbaRule
from hookwire_pgwire.hba import EVERYWHERE, Rule, Rules


def shown(rules: Rules, file: str) -> tuple[HbaRule, ...]:
    return tuple(_shown(rule, file) for rule in rules.rules)


def _shown(rule: Rule, file: str) -> HbaRule:
    address, netmask = None, None
    if rule.networks == EVERYWHERE:
        address = "all"
    elif rule.networks:
        address, netmask = (
            str(part) for part in (rule.networks[0].network_address, rule.networks[0].netmask)
        )
    certificate = "verify-full" if rule.method == "cert" else rule.client_certificate
    return HbaRule(
        file,
        rule.line,
        rule.type,
        tuple(word.text for word in rule.databases),
        tuple(word.text for word in rule.users),
        address,
        netmask,
        rule.method,
        (f"clientcert={certificate}",) if certificate else (),
    )
