-- What people ask of webhooks
select id, headers['x-kind'], headers->'x-kind', headers ? 'x-kind', headers ?| array['a', 'content-type'] from hook order by id
select headers from hook order by id
select headers->'nope', headers->'content-type' = 'a/b', (headers->'x-kind') is null from hook order by id
select key, value from hook, each(headers) where id = 1 order by key
select akeys(headers), avals(headers) from hook where id = 2
select headers @> 'x-kind=>push', headers || 'a=>1', headers - 'x-kind'::text from hook where id = 1
select count(*) from hook where headers->'x-kind' = 'push' and body->>'action' = 'opened'
select body->'user'->>'login', body #>> '{user,login}', body->'tags'->>0 from hook order by id
select body->>'action' as action, count(*), max(received_at) from hook group by 1 order by action nulls first
select (body->>'n')::numeric + 1, (body->'n')::numeric, (body->>'n')::float8 from hook where body ? 'n' order by id
select id from hook where body->'user'->>'login' = 'ann' and received_at > now() - interval '10 years'
select id from hook where body @> '{"user": {"login": "bob"}}'
select id, t from hook, jsonb_array_elements_text(body->'tags') t order by t
select id, jsonb_array_elements(body) from hook where jsonb_typeof(body) = 'array'
select jsonb_typeof(body), count(*) from hook group by jsonb_typeof(body) order by 1
select date_trunc('day', received_at) as day, count(*) filter (where body->>'action' = 'opened') from hook group by day order by day
select distinct on (body->>'action') body->>'action', id from hook order by body->>'action', received_at desc
select id, lag(received_at) over (order by received_at) is null, received_at - lag(received_at) over (order by received_at) from hook order by id
select to_char(received_at, 'YYYY-MM-DD') as d, body->'user' as u from hook where id < 3 order by d
select jsonb_agg(body->'user'->'login' order by id) filter (where body ? 'user') from hook
select jsonb_object_agg(id, body->>'action' order by id) from hook
select body - 'user' from hook where id < 3 order by id
select jsonb_set(body, '{n}', '5') from hook where id = 1
select * from hook where body->>'action' is null
select h.id from hook h join ev e on e.id = h.id where h.body->>'action' = 'opened'
select (select body->>'action' from hook h where h.id = ev.id) from ev order by ev.id
select count(*), count(distinct body->>'action'), count(body->'user') from hook
select body->'user' from hook where body->'user' is not null order by body->'user'->>'login' desc limit 1
select encode(sha256(convert_to(body->>'action', 'UTF8')), 'hex') from hook where id = 1
select coalesce(body->>'missing', headers->'x-kind', 'none') from hook order by id
select extract(hour from received_at), received_at::date, received_at at time zone 'Europe/Berlin' from hook order by id
select jsonb_build_object('id', id, 'login', body#>'{user,login}') from hook where id < 3 order by id
select case when body ? 'tags' then jsonb_array_length(body->'tags') else 0 end from hook order by id
select r.action, r.n from hook h, jsonb_to_record(h.body) as r(action text, n numeric) where h.id < 3 order by 1
select t::hstore -> 'a', t::hstore from (values ('a=>1,b=>NULL'), (null), ('')) v(t)
