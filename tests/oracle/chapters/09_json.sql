-- 9.16: JSON.
select '{"a": {"b": [1, 2, {"c": null}]}, "x": "y", "n": 1.50, "t": true}'::⟨json¦jsonb⟩ ⟨->¦->>⟩ '⟨a¦x¦n¦t¦nosuch¦⟩'
select '[1, "two", null, {"a": 1}, [5]]'::⟨json¦jsonb⟩ ⟨->¦->>⟩ ⟨0¦1¦2¦3¦-1¦9¦-9⟩
select '{"a": {"b": [1, 2, {"c": null}]}}'::⟨json¦jsonb⟩ ⟨#>¦#>>⟩ '{⟨a¦a,b¦a,b,0¦a,b,-1¦a,b,2,c¦a,b,x¦nosuch¦⟩}'
select '{"a": 1, "b": [1, 2], "c": {"d": null}}'::jsonb ⟨@>¦<@⟩ '⟨{"a": 1}¦{"b": [2]}¦{"b": 2}¦{"c": {}}¦{}¦[]¦{"a": 1, "b": [1, 2], "c": {"d": null}, "e": 0}¦{"a": 1.0}⟩'::jsonb
select '[1, 2, [3], {"a": 1}, "x"]'::jsonb @> '⟨1¦[1]¦[2, 1]¦[[3]]¦[3]¦[{"a": 1}]¦"x"¦["x", "x"]¦{}⟩'::jsonb
select '⟨{"a": 1, "b": null}¦["a", "c"]¦"a"¦1¦{}⟩'::jsonb ? '⟨a¦b¦c⟩'
select '{"a": 1, "b": 2}'::jsonb ⟨?|¦?&⟩ array[⟨'a', 'c'¦'a', 'b'¦'c'¦null⟩]::text[]
select '⟨{"a": 1}¦[1]¦1¦"x"¦{}¦[]⟩'::jsonb || '⟨{"a": 2, "b": 3}¦[2]¦2¦{}¦[]⟩'::jsonb
select '⟨{"a": 1, "b": 2}¦["a", "b", 1]¦[1, 2, 3]⟩'::jsonb - ⟨'a'¦0¦-1¦array['a', 'b']¦9⟩
select '{"a": {"b": 1, "c": [1, 2]}}'::jsonb #- '{⟨a¦a,b¦a,c,0¦a,c,-1¦x¦⟩}'
select '⟨{"a": 1, "b": 2}¦[1, 2]¦1¦"a"¦null¦{}¦1.0⟩'::jsonb ⟨=¦<¦>=⟩ '⟨{"b": 2, "a": 1}¦[1]¦1.00¦"b"¦null⟩'::jsonb
select ⟨jsonb_typeof¦json_typeof⟩('⟨{}¦[]¦"a"¦1¦true¦null⟩')
select ⟨jsonb_array_length¦json_array_length⟩('⟨[]¦[1, 2]¦{}¦1⟩')
select ⟨jsonb_build_object¦json_build_object⟩(⟨'a', 1¦'a', null¦1, 2¦'a', array[1, 2]¦'a', 'x', 'b', true¦'a'¦null, 1¦'d', date '2024-01-01'¦'n', 1.50¦'o', row(1, 'x')⟩)
select ⟨jsonb_build_array¦json_build_array⟩(⟨1, 'a', null, true¦1.50¦array[1, 2]¦now() is null¦'{"a": 1}'::jsonb⟩)
select ⟨to_jsonb¦to_json⟩(⟨1¦1.50¦'a'::text¦true¦null::text¦array[1, 2]¦date '2024-01-01'¦timestamp '2024-01-01 12:00'¦'{"a": 1}'::jsonb¦interval '1 day'¦'it''s "q"'::text¦1e20::float8¦'NaN'::float8⟩)
select ⟨jsonb_strip_nulls¦json_strip_nulls⟩('⟨{"a": null, "b": {"c": null, "d": 1}}¦[null, 1]¦null⟩')
select jsonb_pretty('⟨{"a": [1, 2], "b": {}}¦[]¦1¦[{"a": 1}]⟩')
select ⟨jsonb_object¦json_object⟩(⟨'{a,1,b,2}'¦'{{a,1},{b,2}}'¦'{a,b}', '{1,2}'¦'{a}'¦'{a,b}', '{1}'¦'{a,NULL}'⟩)
select jsonb_set('{"a": [1, 2], "b": {"c": 1}}', '{⟨a,0¦a,9¦a,-1¦b,c¦b,d¦x¦x,y¦⟩}', '⟨9¦{"z": 1}⟩'⟨ ¦, false⟩)
select jsonb_insert('{"a": [1, 2], "b": {"c": 1}}', '{⟨a,0¦a,9¦a,-1¦b,c¦b,d¦x⟩}', '9'⟨ ¦, true⟩)
select jsonb_set_lax('{"a": 1}', '{a}', null⟨ ¦, true, 'delete_key'¦, true, 'use_json_null'¦, true, 'return_target'¦, true, 'raise_exception'⟩)
select jsonb_extract_path⟨ ¦_text⟩('{"a": {"b": [1, "x"]}}', ⟨'a'¦'a', 'b'¦'a', 'b', '1'¦'nosuch'⟩)
select * from ⟨jsonb_each¦jsonb_each_text¦json_each¦json_each_text⟩('⟨{"a": 1, "b": "x", "c": null, "d": [1]}¦{}⟩')
select * from ⟨jsonb_array_elements¦jsonb_array_elements_text¦json_array_elements¦json_array_elements_text⟩('⟨[1, "a", null, {"b": 1}]¦[]¦{}⟩')
select ⟨jsonb_object_keys¦json_object_keys⟩('⟨{"a": 1, "b": 2}¦{}¦[]⟩')
select * from jsonb_to_record⟨ ¦set⟩('⟨[{"a": 1, "b": "x"}, {"a": 2}]¦{"a": 1, "b": "x"}⟩') as t(a int, b text)
select jsonb_path_query('{"a": [1, 2, 3], "b": {"c": "x"}, "d": null}', '⟨$¦$.a¦$.a[*]¦$.a[0]¦$.a[last]¦$.a[1 to 2]¦$.b.c¦$.nosuch¦strict $.nosuch¦$.a[*] ? (@ > 1)¦$.a.size()¦$.* ¦$.**¦$.b.c ? (@ == "x")¦$.a[*] * 2¦$.a.type()¦$.b.keyvalue()¦$.a ? (exists(@[2]))¦$.b.c ? (@ starts with "x")¦$.b.c ? (@ like_regex "^X" flag "i")¦bad[⟩')
select ⟨jsonb_path_exists¦jsonb_path_match¦jsonb_path_query_array¦jsonb_path_query_first⟩('{"a": [1, 2, 3]}', '⟨$.a[*] > 2¦$.a[*] ? (@ > 2)¦$.b⟩')
select '{"a": [1, 2, 3]}'::jsonb ⟨@?¦@@⟩ '⟨$.a[*] ? (@ > 2)¦$.a[*] > 2¦$.b⟩'
select ⟨jsonb_agg(id order by id)¦json_agg(s order by id)¦jsonb_object_agg(id, s)¦json_object_agg(id, s order by id)¦jsonb_agg(body order by id)¦jsonb_agg(distinct flag)¦jsonb_object_agg(s, 1)¦jsonb_agg(id order by id) filter (where id > 9)¦json_agg(x order by x.id)⟩ from ev ⟨x⟩ where id in (1, 2)
select ⟨row_to_json(x)¦to_jsonb(x)¦row_to_json(x, true)¦x⟩ from (select 1 as a, 'q' as b, null::int as c) x
select id, body ⟨->'a'¦->>'a'¦#>>'{o,x,2,y}'¦? 'k'¦@> '{"a": "b"}'¦->'o'->'x'->0¦->>'n' is null¦-'a'¦#>'{o,x}'⟩ from ev order by id
select id from ev where ⟨body->>'a' = 'b'¦(body->>'k')::int = 1¦body @> '{"tags": ["p"]}'¦body ? 'k' and body->>'a' = 'b'¦body->'b'->>'c' = 'd'¦jsonb_typeof(body) = 'array'¦body->>'f' > '1'¦(body->>'f')::numeric > 1.2¦body = '[1, 2, 3]'¦body->'o'->'x'->>1 = '20'⟩ order by id
select id, e from ev, ⟨jsonb_array_elements(body->'tags')¦jsonb_array_elements_text(body->'tags')¦jsonb_array_elements(body->'o'->'x')⟩ e order by 1
select body->>'a' as a, count(*) from ev where jsonb_typeof(body) = 'object' group by ⟨1¦body->>'a'¦a⟩ order by 1
select ⟨'{"a": 1}'::jsonb['a']¦('[1, 2]'::jsonb)[1]¦('{"a": {"b": 5}}'::jsonb)['a']['b']¦'{"a": 1}'::jsonb - 'b' - 'a'¦'{"a": 1}'::jsonb::text || 'x'¦('{"a": "1"}'::jsonb->>'a')::int + 1¦'{"a": 1}'::json = '{"a": 1}'::json¦'1'::jsonb + 1¦'{"a": 1}' -> 'a'⟩
