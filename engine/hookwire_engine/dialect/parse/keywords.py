"""Which words may be names where (PostgreSQL appendix C; gram.y's four keyword lists)."""

from __future__ import annotations

RESERVED = frozenset(
    """all analyse analyze and any array as asc asymmetric both case cast check collate column
    constraint create current_catalog current_date current_role current_time current_timestamp
    current_user default deferrable desc distinct do else end except false fetch for foreign from
    grant group having in initially intersect into lateral leading limit localtime localtimestamp
    not null offset on only or order placing primary references returning select session_user some
    symmetric table then to trailing true union unique user using variadic when where window
    with""".split()
)
"""Never a name without quotes, except as a label after AS."""

TYPE_OR_FUNCTION = frozenset(
    """authorization binary collation concurrently cross current_schema freeze full ilike inner is
    isnull join left like natural notnull outer overlaps right similar tablesample
    verbose""".split()
)

COLUMN_ONLY = frozenset(
    """between bigint bit boolean char character coalesce dec decimal exists extract float greatest
    grouping inout int integer interval least national nchar none normalize nullif numeric out
    overlay position precision real row setof smallint substring time timestamp treat trim values
    varchar xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi
    xmlroot xmlserialize xmltable""".split()
)
"""A column's name, but as a function's they have a syntax of their own."""

NOT_A_COLUMN = RESERVED | TYPE_OR_FUNCTION
NOT_A_FUNCTION = RESERVED | COLUMN_ONLY

NOT_A_BARE_LABEL = frozenset(
    """array as char character create day except fetch filter for from grant group having hour
    intersect into isnull limit minute month not notnull offset on order over overlaps precision
    returning second to union varying where window with within without year""".split()
)
"""Need AS before them in a select list (appendix C, "requires AS")."""

JOIN_WORDS = frozenset("join inner left right full cross natural asof positional semi anti".split())
