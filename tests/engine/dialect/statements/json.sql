select body->'o' from ev where id=1
select body->>'n' is null, body->'n' is null from ev where id=1
select '{"a.b":1,"$x":2}'::jsonb->>'a.b', '{"a.b":1,"$x":2}'::jsonb->>'$x'
select body#>'{o,x,0}' from ev where id=1
select body #>> '{o,x,2,y}' from ev where id=1
select body #>> array['o','x','1'] from ev where id=1
select id from ev where body @> '{"a":"b"}' order by id
select id from ev where body @> '{"tags":["p"]}' order by id
select '{"a":1}'::jsonb <@ '{"a":1,"b":2}'::jsonb
select id from ev where body ? 'k' order by id
select id from ev where body ?| array['k','b'] order by id
select id from ev where body ?& array['a','k'] order by id
select body - 'o' - 'n' from ev where id=1
select '{"a":1}'::jsonb || '{"b":2}'::jsonb
select '{"a":{"b":1,"c":2}}'::jsonb #- '{a,b}'
select '{"a":1,"b":2}'::jsonb = '{"b":2,"a":1}'::jsonb, '1'::jsonb = '1.0'::jsonb, '1'::jsonb < '2'::jsonb
select (body->>'f')::numeric from ev where id=1
select (body->>'k')::int, (body->>'k')::bigint, (body->>'t')::bool, (body->>'f')::float8 from ev where id=1
select (body->'k')::int, (body->'t')::bool, (body->'f')::numeric, (body->'k')::text from ev where id=1
select e from ev, jsonb_array_elements(body->'o'->'x') e where id=1
select t2 from ev, jsonb_array_elements_text(body->'tags') as tg(t2) where id=5
select jsonb_array_elements('[1,2]'::jsonb)
select v,o from jsonb_array_elements('[5,6]'::jsonb) with ordinality as x(v,o)
select key,value from ev, jsonb_each(body) where id=2 order by key
select key,value from ev, jsonb_each_text(body) where id=2 order by key
select jsonb_object_keys('{"x":1,"y":2}'::jsonb)
select jsonb_typeof(body), jsonb_typeof(body->'k') from ev where id in (1,3) order by id
select jsonb_array_length(body->'tags') from ev where id=5
select jsonb_build_object('a',1,'b',array[1,2])
select jsonb_build_array(1, 'a', null, true, 1.5)
select jsonb_agg(id order by id) from ev
select jsonb_object_agg(id, s) from ev where id<3
select jsonb_set('{"a":1}'::jsonb,'{b}','2')
select jsonb_extract_path_text(body,'b','c') from ev where id=5
select to_jsonb(x) from (select 1 as a,'q' as b) x
select to_json(5), to_jsonb('a'::text), to_jsonb(array[1,2])
select row_to_json(x) from (select 1 as a,'q' as b) x
select jsonb_pretty('{"a":1}'::jsonb)
select body->'a'->>'b' is null, body->'b'->>'c' = 'd' and id = 5 from ev where id = 5
select 'x' || (body->>'a') || 'y' from ev where id = 1
select body->>'a' = 'b', body->>'a' in ('b', 'c'), body->>'a' like 'b%' from ev where id = 1
select body->'o'->'x'->0, body->'o'->'x'->-1, body->'o'->'x'->>1 from ev where id = 1
select body['a'], body['o']['x'][0] from ev where id = 1
select body->>'a', count(*) from ev group by body->>'a' order by 1
select body->'a', count(*) from ev group by body->'a' order by 2, 1
select body->'a' as a from ev order by body->'a'
select distinct body->>'a' from ev order by 1
select j->'a', j->>'a', json_typeof(j) from ev where id = 1
select j::jsonb, body::json->>'a' from ev where id = 1
select body from ev where body->>'k' = '1'
select count(*) from ev where body @> '{"a": "b"}' and body ? 'tags'
select jsonb_array_elements_text('["a","b"]') as x
select x->>'y' from (select jsonb_array_elements(body->'o'->'x') as x from ev where id = 1) q where jsonb_typeof(x) = 'object'
select id, e->>'y' from ev left join lateral jsonb_array_elements(body->'o'->'x') e on true where id in (1,2) order by id, 2
select body->'nope' from ev where id = 1
select sum((body->>'n')::numeric), sum((body->>'q')::int), avg((body->>'q')::int) from pay
select id, (body->>'n')::numeric * (body->>'q')::int from pay order by id
select txt::date from pay where id = 1
select body::text from pay where id = 1
select '"a"'::jsonb #>> '{}'
select jsonb_path_query('{"a":[1,2]}'::jsonb,'$.a[*]')
select jsonb_path_exists('{"a":1}', '$.a ? (@ > 0)')
select '{"a": null}'::jsonb->'a', '{"a": null}'::jsonb->>'a'
select jsonb_strip_nulls('{"a": null, "b": 1}')
select '[1,2,3]'::jsonb - 1, '[1,2]'::jsonb || '3'::jsonb
select coalesce(body->>'zz', body->>'a') from ev where id = 1
select * from jsonb_to_recordset('[{"a":1,"b":"x"},{"a":2,"b":"y"}]') as t(a int, b text)
select * from jsonb_to_record('{"a":1,"b":"x"}') as t(a int, b text)
select json_build_object('a', 1, 'b', 'x')
select json_agg(s order by id) from ev where id < 3
select json_agg(x) from (select id, s from ev where id < 3 order by id) x
select (select json_agg(row_to_json(r)) from (select id from ev where id < 3 order by id) r)
select 'a=>1'::hstore
select 'a=>1,b=>NULL'::hstore -> 'a', 'a=>1'::hstore ? 'a', exist('a=>1'::hstore, 'b')
