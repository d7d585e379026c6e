"""All recipes, by name."""

from __future__ import annotations

from hookwire_catalog.errors import UndefinedObject
from hookwire_engine.append.recipes.declared import clouds, developing, messaging, selling
from hookwire_engine.append.recipes.recipe import Recipe

PROVIDERS = tuple(
    sorted(
        (*developing.RECIPES, *selling.RECIPES, *messaging.RECIPES, *clouds.RECIPES),
        key=lambda recipe: recipe.name,
    )
)
RECIPES = (*PROVIDERS, *clouds.GENERIC)
BY_NAME = {name: recipe for recipe in RECIPES for name in (recipe.name, *recipe.aliases)}


def find(name: str) -> Recipe:
    """By name or alias, in any case. Raises UndefinedObject (42704)."""
    recipe = BY_NAME.get(name.upper())
    if recipe is None:
        raise UndefinedObject(
            f'recipe "{name}" does not exist', hint=f"Recipes: {', '.join(sorted(BY_NAME))}."
        )
    return recipe
