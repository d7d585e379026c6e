"""Pattern matching: LIKE, SIMILAR TO and regular expressions (PostgreSQL 9.7)."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter
from hookwire_engine.functions.regex import functions as py
from hookwire_engine.functions.regex import match
from hookwire_engine.functions.signatures import Kind

chapter = Chapter(
    "9.7",
    "Pattern matching",
    notes=(
        'Character classes such as \\w and [[:alpha:]] mean ASCII, as under COLLATE "C".',
        "Basic regular expressions (the flag b) are refused.",
        "The functions refuse a quantifier right around another, as in (a+)+; the operator ~ does "
        "not.",
        "Where quantifiers or alternatives compete inside one match, the match as a whole is "
        "PostgreSQL's; how its groups share it is Perl's rule, not POSIX's.",
    ),
)
_function, _operator = chapter.function, chapter.operator


def _operators() -> None:
    chapter.udf("re2", match.re2_pattern, ["VARCHAR"], "VARCHAR")
    chapter.udf("re2_nocase", lambda p: match.re2_pattern(p, True), ["VARCHAR"], "VARCHAR")
    chapter.udf("regex_match", match.is_match, ["VARCHAR", "VARCHAR"], "BOOLEAN")
    chapter.udf(
        "regex_match_nocase", match.is_match_ignoring_case, ["VARCHAR", "VARCHAR"], "BOOLEAN"
    )
    for suffix, nocase in (("", ""), ("_nocase", "_nocase")):
        # A pattern that is a literal is translated once; RE2 then matches without Python.
        chapter.macro(
            f"regex_like{suffix}",
            "_1, _2",
            f"CASE WHEN _1 IS NULL THEN NULL WHEN hw_re2{nocase}(_2) IS NULL"
            f" THEN hw_regex_match{nocase}(_1, _2)"
            f" ELSE regexp_matches(_1, hw_re2{nocase}(_2)) END",
        )
        chapter.macro(
            f"regex_unlike{suffix}", "_1, _2", f"NOT memory.hw.regex_like{suffix}(_1, _2)"
        )
    for left in ("text", "bpchar", "name"):
        for symbol, target in (
            ("~", "regex_like"), ("!~", "regex_unlike"), ("~*", "regex_like_nocase"),
            ("!~*", "regex_unlike_nocase"),
        ):  # fmt: skip
            _operator(f"{symbol}({left}, text) bool", target=f"memory.hw.{target}")
        for symbol, target in (
            ("~~", "like"), ("!~~", "unlike"), ("~~*", "ilike"), ("!~~*", "unilike"),
        ):  # fmt: skip
            _operator(f"{symbol}({left}, text) bool", target=f"memory.hw.{target}")


def _like() -> None:
    escape = "ESCAPE '\\'"
    for name, sql in (
        ("like", f"_1 LIKE _2 {escape}"),
        ("unlike", f"_1 NOT LIKE _2 {escape}"),
        ("ilike", f"_1 ILIKE _2 {escape}"),
        ("unilike", f"_1 NOT ILIKE _2 {escape}"),
    ):
        chapter.macro(name, "_1, _2", sql)
    _function("like(text, text) bool")
    _function("notlike(text, text) bool", target="memory.hw.unlike")
    # For LIKE ... ESCAPE: the pattern with its escapes as backslashes.
    _function(
        "like_escape(text, text) text",
        sql="CASE WHEN _2 = '\\' THEN _1 WHEN _2 = '' THEN replace(_1, '\\', '\\\\')"
        " ELSE hw_like_escape(_1, _2) END",
    )
    chapter.udf("like_escape", _like_escape, ["VARCHAR", "VARCHAR"], "VARCHAR")


def _like_escape(pattern: str, escape: str) -> str:
    """`pattern` with the escape character `escape` rewritten to backslash."""
    py.similar_pattern("", escape)
    parts, place = [], 0
    while place < len(pattern):
        character = pattern[place]
        place += 1
        if character == escape:
            parts.append("\\" + pattern[place : place + 1])
            place += 1
        else:
            parts.append("\\\\" if character == "\\" else character)
    return "".join(parts)


def _functions() -> None:
    _function("regexp_match(text, text, text=) _text", python=py.regexp_match)
    chapter.udf("regexp_matches", py.regexp_matches, None, "VARCHAR[][]")
    _function(
        "regexp_matches(text, text, text=) _text",
        kind=Kind.TABLE,
        sql=("hw_regexp_matches(_1, _2, _3)", "hw_regexp_matches(_1, _2)"),
    )
    _function("regexp_replace(text, text, text, text=) text", python=py.regexp_replace)
    _function(
        "regexp_replace(text, text, text, int4, int4=, text=) text",
        as_="regexp_replace_from",
        python=py.regexp_replace_from,
    )
    _function("regexp_split_to_array(text, text, text=) _text", python=py.regexp_split_to_array)
    _function(
        "regexp_split_to_table(text, text, text=) text",
        kind=Kind.TABLE,
        target="memory.hw.regexp_split_to_array",
    )
    _function("regexp_count(text, text, int4=, text=) int4", python=py.regexp_count)
    _function("regexp_like(text, text, text=) bool", python=py.regexp_like)
    _function(
        "regexp_instr(text, text, int4=, int4=, int4=, text=, int4=) int4", python=py.regexp_instr
    )
    _function("regexp_substr(text, text, int4=, int4=, text=, int4=) text", python=py.regexp_substr)
    _function("substring(text, text) text", as_="substring_regex", python=py.substring_regex)
    _function(
        "substring(text, text, text) text", as_="substring_similar", python=py.substring_similar
    )
    for name in ("similar_to_escape", "similar_escape"):
        _function(f"{name}(text, text=) text", as_="similar_to_escape", python=py.similar_pattern)
    _function("similar_to(text, text, text=) bool", python=py.is_similar)


_operators()
_like()
_functions()
