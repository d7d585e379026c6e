"""VALIDATE's options and secrets, and the errors for those that cannot be."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from hookwire_catalog.errors import InvalidParameterValue, UndefinedObject
from hookwire_engine.append.recipes.binding import bind, seconds_of
from hookwire_engine.append.recipes.recipe import Recipe
from hookwire_engine.append.recipes.registry import BY_NAME, RECIPES, find


@pytest.mark.parametrize("known", RECIPES, ids=lambda recipe: recipe.name)
def test_every_option_changes_something(known: Recipe) -> None:
    required = {o.name: o.example for o in known.options if o.required}
    for option in known.options:
        base = dict(required)
        if known.name == "HMAC" and option.name in ("timestamp", "tolerance"):
            base |= {"content": "{t}.{body}"}
            base |= {"timestamp": "t"} if option.name == "tolerance" else {}
        value = "9 minutes" if option.name == "tolerance" else option.example
        if option.name in ("parameter", "allowed_origin") and known.name == "EVENT_GRID":
            value = "other"
        if option.required:
            value, base = f"{option.example}-2", {}
        changed = bind(known, {**base, option.name: value}, 1)
        assert changed != bind(known, base or required, 1), option.name


@pytest.mark.parametrize("name", BY_NAME)
def test_recipes_are_found_in_any_case(name: str) -> None:
    assert find(name.lower()) is find(name) is BY_NAME[name]


def test_an_unknown_recipe_is_named_with_those_that_are_known() -> None:
    with pytest.raises(UndefinedObject) as error:
        find("GITHUBB")
    assert error.value.message == 'recipe "GITHUBB" does not exist'
    assert error.value.hint is not None
    assert "GITHUB, GITLAB" in error.value.hint


@pytest.mark.parametrize(
    ("recipe", "options", "secrets", "message"),
    [
        ("GITHUB", {}, 0, "recipe GITHUB needs a secret"),
        ("META", {}, 3, "recipe META takes at most 2 secrets"),
        ("GITHUB", {"url": "https://a"}, 1, 'recipe GITHUB has no option "url"'),
        ("STRIPE", {"algorithm": "md5"}, 1, 'recipe STRIPE has no option "algorithm"'),
        ("HMAC", {}, 1, 'recipe HMAC needs the option "header"'),
        ("HMAC", {"header": "a b"}, 1, 'invalid value for option "header": "a b"'),
        (
            "HMAC",
            {"header": "a", "algorithm": "md5"},
            1,
            'invalid value for option "algorithm": "md5"',
        ),
        ("HMAC", {"header": "a", "encoding": "x"}, 1, 'invalid value for option "encoding": "x"'),
        ("HMAC", {"header": "a", "key": "whsec"}, 1, 'invalid value for option "key": "whsec"'),
        ("HMAC", {"header": "a", "content": "{t}"}, 1, 'invalid value for option "content": "{t}"'),
        ("HMAC", {"header": "a", "timestamp": "t"}, 1, 'invalid value for option "timestamp": "t"'),
        ("HMAC", {"header": "a", "tolerance": "5 m"}, 1,
         "option tolerance needs the option timestamp"),
        ("HMAC", {"header": "a", "field": "v1", "prefix": "x"}, 1,
         "options field and prefix exclude each other"),
        ("SQUARE", {"url": "ftp://a"}, 1, 'invalid value for option "url": "ftp://a"'),
        ("HUBSPOT", {"version": "v4"}, 1, 'invalid value for option "version": "v4"'),
        ("SLACK", {"tolerance": "soon"}, 1, 'invalid value for option "tolerance": "soon"'),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(
    recipe: str, options: Mapping[str, str], secrets: int, message: str
) -> None:
    with pytest.raises(InvalidParameterValue) as error:
        bind(find(recipe), options, secrets)
    assert error.value.message == message


@pytest.mark.parametrize(
    ("interval", "seconds"),
    [
        ("300", 300),
        ("5 minutes", 300),
        ("1 hour 30 mins", 5400),
        ("90s", 90),
        ("00:05:00", 300),
        ("01:30", 5400),
        ("2 days", 172800),
        ("1 Second", 1),
    ],
)
def test_intervals(interval: str, seconds: int) -> None:
    assert seconds_of(interval) == seconds


@pytest.mark.parametrize(
    "interval", ["", "0", "-5", "5 fortnights", "31 days", "x", "5 m x", "1e3"]
)
def test_what_is_no_interval(interval: str) -> None:
    with pytest.raises(InvalidParameterValue):
        seconds_of(interval)
