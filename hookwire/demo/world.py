"""Who and what the events are about: a small company that runs a harbour."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    id: int
    login: str
    name: str

    @property
    def email(self) -> str:
        return f"{self.login}@example.com"

    @property
    def user_id(self) -> str:
        """As the company's own product knows the person; Stripe and Segment both carry it."""
        return f"user_{self.id % 10_000}"

    @property
    def customer_id(self) -> str:
        return f"cus_Hk{self.id:012d}"


@dataclass(frozen=True, slots=True)
class Repository:
    id: int
    name: str
    language: str
    description: str

    @property
    def full_name(self) -> str:
        return f"{ORGANISATION}/{self.name}"


@dataclass(frozen=True, slots=True)
class Product:
    """`cents` is the price of a month."""

    name: str
    plan: str
    cents: int


ORGANISATION = "harbour"
ORGANISATION_ID = 21_031_067

PEOPLE = tuple(
    Person(5_550_100 + number, login, name)
    for number, (login, name) in enumerate(
        (
            ("mira", "Mira Sund"), ("tomas", "Tomás Ribeiro"), ("aiko", "Aiko Mori"),
            ("bjarne", "Bjarne Ødegård"), ("chidi", "Chidi Okafor"), ("dana", "Dana Levi"),
            ("elif", "Elif Şahin"), ("farid", "Farid Haddad"), ("greta", "Greta Weiß"),
            ("hina", "Hina Patel"), ("ivo", "Ivo Horváth"), ("jun", "Jun 李"),
        )
    )
)  # fmt: skip

REPOSITORIES = (
    Repository(186_853_002, "lighthouse", "Python", "Keeps the lamp lit"),
    Repository(186_853_017, "tide-tables", "Rust", "High and low water, years ahead"),
    Repository(186_853_101, "berth-planner", "TypeScript", "Who lies where, and until when"),
    Repository(186_854_230, "pilot-app", "Kotlin", "The pilots' phone"),
    Repository(186_855_004, "crane-control", "C++", "Moves boxes"),
    Repository(186_857_777, "harbour-site", "HTML", "harbour.example.com"),
)

PRODUCTS = (
    Product("Mooring, small boat", "mooring-s", 4_900),
    Product("Mooring, yacht", "mooring-l", 19_900),
    Product("Tide data, monthly", "tide-monthly", 1_200),
    Product("Berth planner, team", "planner-team", 8_900),
    Product("Pilot on call", "pilot", 45_000),
)
