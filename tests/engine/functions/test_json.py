"""jsonb and json functions and operators, case by case (PostgreSQL 9.16)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

DOCUMENTS = [
    "null", "1", "-0", "1.50", "1e2", '"a"', "true", "[]", "{}", '[1, 2, {"a": null}]',
    '{"a": 1.10, "bb": [1.10, "x", null], "c": {"d": "e", "f": 1e-5}}', '["a", "b", "a", 1]',
    '{"b":1, "a": 2,"a":3}', '{"": 1, "a.b": 2, "$x": 3, "q\\"q": 4, "s\\\\s": 5, "0": 6}',
    '"\\u0041\\n\\u00e9"', "[[1, 2], [], {}]", "12345678901234567890.123456789", "[[]]",
]  # fmt: skip
KEYS = ["a", "bb", "c", "", "a.b", "$x", 'q"q', "s\\s", "0", "x"]
PATHS = ["{}", "{a}", "{bb,0}", "{c,d}", "{0}", "{-1}", "{2,a}", "{c,f}", "{0,1}", '{" 1"}', "{+1}",
         "{NULL}", '{"a.b"}']  # fmt: skip
BINARY = ["=", "<>", "<", "<=", ">", ">=", "@>", "<@", "||"]


@pytest.mark.parametrize("document", DOCUMENTS)
def test_reaching_in(check: Callable[..., object], document: str) -> None:
    for key in KEYS:
        for symbol in ("->", "->>", "?", "-"):
            check(f"jsonb {document}", symbol, f"text {key}")
    for index in (0, 1, -1, 5):
        for symbol in ("->", "->>", "-"):
            check(f"jsonb {document}", symbol, f"int4 {index}")
    for path in PATHS:
        for symbol in ("#>", "#>>", "#-"):
            check(f"jsonb {document}", symbol, f"_text {path}")
    for keys in ("{a,x}", "{}", "{a,NULL}", "{bb,a}"):
        for symbol in ("?|", "?&", "-"):
            check(f"jsonb {document}", symbol, f"_text {keys}")


@pytest.mark.parametrize("symbol", BINARY)
def test_two_documents(check: Callable[..., object], symbol: str) -> None:
    for left in DOCUMENTS:
        for right in DOCUMENTS:
            check(f"jsonb {left}", symbol, f"jsonb {right}")


@pytest.mark.parametrize(
    "name",
    [
        "jsonb_typeof", "jsonb_array_length", "jsonb_pretty", "jsonb_strip_nulls",
        "jsonb_array_elements", "jsonb_array_elements_text", "jsonb_object_keys", "jsonb_each",
        "jsonb_each_text",
    ],
)  # fmt: skip
def test_one_document(check: Callable[..., object], name: str) -> None:
    for document in DOCUMENTS:
        check(name, f"jsonb {document}")


CHANGES = """
jsonb_set|jsonb {"a":1}|_text {b}|jsonb 2
jsonb_set|jsonb {"a":1}|_text {b}|jsonb 2|bool false
jsonb_set|jsonb [1,2]|_text {5}|jsonb 9
jsonb_set|jsonb [1,2]|_text {-5}|jsonb 9
jsonb_set|jsonb {"a":{"b":[1]}}|_text {a,b,0}|jsonb {"x": 1.0}
jsonb_set|jsonb 1|_text {a}|jsonb 2
jsonb_set|jsonb [1]|_text {a}|jsonb 2
jsonb_set|jsonb {"a":1}|_text {NULL}|jsonb 2
jsonb_set_lax|jsonb {"a":1}|_text {a}|jsonb NULL!
jsonb_set_lax|jsonb {"a":1}|_text {a}|jsonb NULL!|bool true|text delete_key
jsonb_set_lax|jsonb {"a":1}|_text {a}|jsonb NULL!|bool true|text return_target
jsonb_set_lax|jsonb {"a":1}|_text {a}|jsonb NULL!|bool true|text raise_exception
jsonb_set_lax|jsonb {"a":1}|_text {a}|jsonb NULL!|bool true|text x
jsonb_insert|jsonb [1,2,3]|_text {-1}|jsonb 9|bool true
jsonb_insert|jsonb [1,2,3]|_text {-5}|jsonb 9|bool true
jsonb_insert|jsonb [1,2,3]|_text {10}|jsonb 9
jsonb_insert|jsonb {"a":1}|_text {a}|jsonb 2
jsonb_insert|jsonb {"a":[1]}|_text {a,0}|jsonb 2
jsonb_build_object|text a|int4 1|text b|_int4 {1,2}
jsonb_build_object|text a|numeric 1.50|text b|bool true|text c|timestamp 2024-01-01 10:00:00.5
jsonb_build_object|text a
jsonb_build_object|text NULL!|int4 1
jsonb_build_array|int4 1|text x|float8 1e20|text NULL!|jsonb {"b":1,"a":2}|date 2024-01-01
jsonb_build_array|float8 NaN|bytea \\x01ab|interval 1 day|timestamptz 2024-01-01 08:00:00+00
json_build_object|text a|int4 1|text b|_text {x,NULL}
json_build_array|int4 1|text x|float8 1e20
jsonb_object|_text {a,1,b,NULL}
jsonb_object|_text {a,1,b}
jsonb_object|_text {a,b}|_text {1}
json_object|_text {a,1}
to_jsonb|numeric 1.50
to_jsonb|text a"b
to_jsonb|_text {a,NULL}
to_json|_int4 {1,2}
array_to_json|_int4 {1,2}
jsonb_extract_path|jsonb {"a":{"b":1.0}}|text a|text b
jsonb_extract_path_text|jsonb {"a":{"b":"x"}}|text a|text b
json_strip_nulls|json {"a": null, "b":  1}
json_each|json {"b": 1, "a": 2}
json_object_keys|json {"b": 1, "a": 2}
"""


@pytest.mark.parametrize("case", CHANGES.strip("\n").splitlines())
def test_building_and_changing(check_line: Callable[[str], object], case: str) -> None:
    check_line(case)


JSON_PATHS = [
    "$", "$.a", "$.*", "$[*]", "$.bb[*]", "$.**", "$.**{1}", "$.**{1 to last}", "$[0]", "$[last]",
    "$[1 to last]", "$[0, 1]", "strict $.b", "strict $[0]", "lax $.a.x", "$.a + 1",
    "$[*] ? (@ > 1)",
    "$.bb[*] ? (@ == 1.1)", '$.bb[*] ? (@ == "x")', "$ ? (exists(@.a))", "$ ? (@.a > $x)",
    '$[*] ? (@ starts with "a")', '$[*] ? (@ like_regex "^A" flag "i")', "$.type()", "$.size()",
    "$.a.ceiling()", "$[*].type()", "$.bb.size()", "$.c.keyvalue().key", "$.a == 1.1",
    "$.a > 1 && $.a < 2",
    "!($.a == 1)", "($.a == 1) is unknown", "$[*] ? ((@ == 1) is unknown)", "$.a - 1", "$.a / 3",
    "$.a % 1", "$.a / 0", '$."a.b"', "$.", "$[",
    "$.a.double()", '$.c.d.double()', "$[*] ? (@.a == null)",
    "$.x.y", "strict $.x ? (@ > 1)", "1 + 2", '"x"', "null", "$[*] ? (@ != 1)", "$y",
]  # fmt: skip


@pytest.mark.parametrize("path", JSON_PATHS)
def test_paths(check: Callable[..., object], path: str) -> None:
    for document in DOCUMENTS[:-3]:
        check(f"jsonb {document}", "@?", f"jsonpath {path}")
        check(f"jsonb {document}", "@@", f"jsonpath {path}")
        variables = 'jsonb {"x": 1}'
        for name in ("query_array", "query_first", "exists", "match"):
            check(f"jsonb_path_{name}", f"jsonb {document}", f"jsonpath {path}", variables)
        check("jsonb_path_query", f"jsonb {document}", f"jsonpath {path}", variables, "bool true")
