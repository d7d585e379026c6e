"""Families of PostgreSQL's functions that are not here at all, and what to write instead."""

from __future__ import annotations

from hookwire_engine.functions.declare import Chapter

_TEXT_SEARCH = "write text ~* 'word' or text ILIKE '%word%'"
_XML = "keep the document as text, or as jsonb"
_RANGES = "keep the two ends in columns and compare them"
_GEOMETRY = "compute with double precision columns"

text_search = Chapter(
    "9.13",
    "Text search functions",
    unsupported=dict.fromkeys(
        """to_tsvector to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank
        ts_rank_cd ts_headline tsvector_to_array setweight numnode querytree strip ts_rewrite
        array_to_tsvector ts_delete ts_filter""".split(),
        _TEXT_SEARCH,
    ),
)
xml = Chapter(
    "9.15",
    "XML functions",
    unsupported=dict.fromkeys(
        """xpath xpath_exists xml_is_well_formed xmlcomment xmlconcat2 query_to_xml table_to_xml
        cursor_to_xml""".split(),
        _XML,
    ),
)
ranges = Chapter(
    "9.20",
    "Range functions",
    unsupported=dict.fromkeys(
        """int4range int8range numrange tsrange tstzrange daterange range_merge isempty lower_inc
        upper_inc lower_inf upper_inf multirange int4multirange""".split(),
        _RANGES,
    ),
)
geometry = Chapter(
    "9.11",
    "Geometric functions",
    unsupported=dict.fromkeys(
        """area center diagonal diameter npoints pclose popen point box circle lseg line
        polygon path slope""".split(),
        _GEOMETRY,
    ),
)
