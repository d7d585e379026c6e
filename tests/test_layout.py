"""The shape of the repository, held by tests.

Who may import whom:

    hookwire -> pgwire, http -> engine -> catalog
"""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PARTS = ("pgwire", "http", "engine", "catalog")
MAY_IMPORT = {
    "hookwire": {"hookwire_pgwire", "hookwire_http", "hookwire_engine", "hookwire_catalog"},
    "hookwire_pgwire": {"hookwire_engine", "hookwire_catalog"},
    "hookwire_http": {"hookwire_engine", "hookwire_catalog"},
    "hookwire_engine": {"hookwire_catalog"},
    "hookwire_catalog": set(),
}
APPEND = "engine/hookwire_engine/append"

# Where a library may be imported; what has no row here may be imported anywhere.
PLACES = {
    "asyncpg": ("hookwire/",),
    "buildpg": ("hookwire/", "engine/"),
    "duckdb": ("engine/",),
    "hypercorn": ("http/",),
    "numpy": ("pgwire/hookwire_pgwire/values/", "engine/"),
    "pyarrow": ("pgwire/hookwire_pgwire/values/", "pgwire/hookwire_pgwire/rows.py", "engine/"),
    "quart": ("http/",),
    "sqlparse": ("catalog/",),
    "uvloop": ("hookwire/",),
    "werkzeug": ("http/",),
}
# What must work without an event loop, and without waiting.
SANS_IO = (
    "catalog/",
    f"{APPEND}/",
    "engine/hookwire_engine/dialect/",
    "engine/hookwire_engine/functions/",
    "pgwire/hookwire_pgwire/auth.py",
    "pgwire/hookwire_pgwire/messages.py",
    "pgwire/hookwire_pgwire/protocol.py",
    "pgwire/hookwire_pgwire/startup.py",
    "pgwire/hookwire_pgwire/values/",
    "http/hookwire_http/headers.py",
    "http/hookwire_http/paths.py",
    "http/hookwire_http/recogniser.py",
    "http/hookwire_http/responses.py",
)
NOT_IN_APPEND = {"asyncio", "duckdb", "pyarrow"}
MAX_LINES = 500


def package_dir(name: str) -> Path:
    return ROOT / name if name == "hookwire" else ROOT / name.removeprefix("hookwire_") / name


def shown(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


def source_files() -> list[Path]:
    return sorted(f for name in MAY_IMPORT for f in package_dir(name).rglob("*.py"))


def imports(file: Path, *, for_types_too: bool = True) -> Iterator[str]:
    """Dotted names that a file imports; `from a import b` gives a.b."""
    pending: list[ast.AST] = [ast.parse(file.read_text())]
    while pending:
        node = pending.pop()
        if isinstance(node, ast.If) and not for_types_too and _is_type_checking(node.test):
            pending += node.orelse
            continue
        pending += ast.iter_child_nodes(node)
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"relative import in {shown(file)}"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _is_type_checking(test: ast.expr) -> bool:
    return isinstance(test, ast.Name) and test.id == "TYPE_CHECKING"


@cache
def roots(file: Path) -> set[str]:
    return {name.partition(".")[0] for name in imports(file)}


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_packages_import_only_what_lies_below(name: str) -> None:
    for file in package_dir(name).rglob("*.py"):
        reached = {m for m in roots(file) if m == "hookwire" or m.startswith("hookwire_")}
        assert reached <= MAY_IMPORT[name] | {name}, f"{shown(file)}: {reached}"


@pytest.mark.parametrize("library", PLACES)
def test_libraries_stay_in_their_places(library: str) -> None:
    users = [shown(file) for file in source_files() if library in roots(file)]
    assert [user for user in users if not user.startswith(PLACES[library])] == []


@pytest.mark.parametrize("place", SANS_IO)
def test_no_event_loop_where_nothing_waits(place: str) -> None:
    assert (ROOT / place).exists(), "moved? then say so in SANS_IO"
    files = [file for file in source_files() if shown(file).startswith(place)]
    assert [shown(file) for file in files if "asyncio" in roots(file)] == []


def test_the_append_wing_imports_neither_engine_nor_loop() -> None:
    """It is to move into a process of its own: held at run time, with all that it reaches."""
    modules = [
        ".".join(file.relative_to(ROOT / "engine").with_suffix("").parts)
        for file in (ROOT / APPEND).rglob("*.py")
    ]
    assert len(modules) > 5
    code = f"import sys\nimport {', '.join(modules)}\nprint(*sys.modules, sep='\\n')"
    environment = {"PYTHONPATH": f"{ROOT / 'engine'}:{ROOT / 'catalog'}"}
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    loaded = set(done.stdout.split())
    assert loaded & NOT_IN_APPEND == set()
    ours = {name for name in loaded if name.startswith("hookwire_engine.")}
    assert {n for n in ours if not n.startswith("hookwire_engine.append")} == set()


def test_no_import_cycles() -> None:
    """Imports for the type checker alone are left out; they never run."""
    files = {_module(file): file for file in source_files()}
    graph: dict[str, set[str]] = {}
    for module, file in files.items():
        names = set(imports(file, for_types_too=False))
        modules = {name if name in files else name.rpartition(".")[0] for name in names}
        graph[module] = modules & files.keys() - {module}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


def _module(file: Path) -> str:
    top = next(name for name in MAY_IMPORT if file.is_relative_to(package_dir(name)))
    parts = file.relative_to(package_dir(top).parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def test_files_are_short_enough_to_read() -> None:
    folders = [package_dir(name) for name in MAY_IMPORT] + [ROOT / "tests", ROOT / "benchmarks"]
    files = (file for folder in folders for file in folder.rglob("*.py"))
    lengths = {shown(file): len(file.read_text().splitlines()) for file in files}
    assert {file: lines for file, lines in lengths.items() if lines > MAX_LINES} == {}


@pytest.mark.parametrize("part", [*PARTS, "hookwire"])
def test_every_part_has_its_readme(part: str) -> None:
    readme = (ROOT / part / "README.md").read_text()
    assert readme.startswith(f"# {part}/: ")


@pytest.mark.parametrize("name", MAY_IMPORT)
def test_every_package_says_what_it_is(name: str) -> None:
    for file in package_dir(name).rglob("*.py"):
        assert ast.get_docstring(ast.parse(file.read_text())), shown(file)


@pytest.mark.parametrize("part", PARTS)
def test_part_folders_are_not_packages(part: str) -> None:
    """An __init__.py here would make http/ shadow the standard library's http."""
    assert not (ROOT / part / "__init__.py").exists()


def test_tests_are_not_packages() -> None:
    """tests/http/__init__.py would make pytest import a module named http."""
    assert not list((ROOT / "tests").rglob("__init__.py"))


@pytest.mark.parametrize("where", [".", *PARTS, "tests"])
def test_nothing_importable_shadows_the_standard_library(where: str) -> None:
    """These folders are on sys.path, of an editable installation or of pytest."""
    modules = {file.stem for file in (ROOT / where).glob("*.py")}
    packages = {file.parent.name for file in (ROOT / where).glob("*/__init__.py")}
    assert (modules | packages) & sys.stdlib_module_names == set()


# Not in catalog/hookwire_catalog: there, as a working directory, its types.py would be `types`.
FOLDERS = (".", *PARTS, *(f"{part}/hookwire_{part}" for part in PARTS[:3]), "hookwire")


@pytest.mark.parametrize("where", FOLDERS)
def test_stdlib_http_wins_in_every_folder(where: str) -> None:
    subprocess.run([sys.executable, "-c", "import http.client"], cwd=ROOT / where, check=True)
