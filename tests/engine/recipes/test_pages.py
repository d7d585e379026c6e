"""The pages of docs/reference/recipes are what the declarations say."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from hookwire.commands.captured import captured
from hookwire_engine.append.recipes.pages import GREETINGS, ddl, example, pages
from hookwire_engine.append.recipes.recipe import Greeting, Recipe
from hookwire_engine.append.recipes.registry import RECIPES

FOLDER = Path(__file__).parents[3] / "docs" / "reference" / "recipes"
every_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: recipe.name)


@pytest.mark.parametrize("name", pages())
def test_pages_are_fresh(name: str) -> None:
    assert (FOLDER / name).read_text() == pages()[name], "stale: run `make docs`"


def test_there_are_no_other_pages() -> None:
    assert {page.name for page in FOLDER.iterdir()} == pages().keys()


def test_the_index_leads_to_every_page() -> None:
    linked = set(re.findall(r"\]\((\w+\.md)\)", pages()["README.md"]))
    assert linked == pages().keys() - {"README.md"}


def test_every_handshake_is_told() -> None:
    assert GREETINGS.keys() == set(Greeting)
    used = {greeting for recipe in RECIPES for greeting in recipe.greetings}
    assert used == set(Greeting)


@every_recipe
def test_a_page_tells_where_the_url_and_the_secret_go(recipe: Recipe) -> None:
    assert any("URL" in step or "url" in step for step in recipe.setup)
    assert f"VALIDATE {recipe.name} (" in pages()[f"{recipe.name.lower()}.md"]


@every_recipe
def test_the_ddl_is_that_of_the_contract(recipe: Recipe) -> None:
    text = ddl(recipe)
    assert re.search(rf"^    VALIDATE {recipe.name} \(SECRET \w+", text, re.MULTILINE)
    assert re.search(r"^    BODY FORMAT (JSON|JSON ARRAY|FORM)$", text, re.MULTILINE)
    named = set(re.findall(r"SECRET (\w+)[,)]", text))
    assert named == set(re.findall(r"CREATE SECRET (\w+) AS", text))


@every_recipe
def test_the_example_is_a_line_that_the_command_takes(recipe: Recipe) -> None:
    block = re.search(r"<<'EOF'\n(.*)\nEOF", pages()[f"{recipe.name.lower()}.md"])
    assert block is not None
    line = json.loads(block[1])
    assert line == example(recipe)
    assert captured(line).recipe == recipe.name
