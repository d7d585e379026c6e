select $1
select $1::int, $2::text
select $1 + 1
select 1.5 + $1
select id from ev where id = $1
select id from ev where s = $1 and n > $2 and ts >= $3
select id from ev where id in ($1, $2)
select id from ev where id = any($1)
select id from ev where s = any($1::text[])
select id from ev where body @> $1
select id from ev where body->>$1 = $2
select id from ev where body->'a' = $1
select id from ev limit $1 offset $2
select lower($1), upper(s || $2) from ev
select coalesce($1, 1), coalesce(s, $2) from ev
select case when id = $1 then $2 else s end from ev
insert into dep (ev_id, name, amount, qty) values ($1, $2, $3, $4)
insert into dep values ($1, $2, $3, $4), ($5, $6, $7, $8)
insert into dep (name) select $1
insert into dep (ev_id, name) select $1, $2 union all select 1, 'x'
update dep set name = $1, qty = qty + $2 where ev_id = $3
delete from dep where amount < $1
select $1 union all select 1
select 1 union all select $1
select * from (select $1 as x) q where x = 'a'
select $2::int, $1::text
select id from ev where ts > now() - $1::interval
select id from ev where dt = $1
select id from ev where dt + $1 > '2024-01-01'
select id from ev where flag = $1 or flag is not distinct from $2
select id from ev where $1
select id from ev where $1 = id
select id from ev where s like $1
select id from ev where s ilike '%' || $1 || '%'
select id from ev where id between $1 and $2
select $1 = $2
select $1 is null
select array[$1, 1]
select greatest($1, 2)
select nullif($1, 'x')
select substring(s from $1 for $2) from ev
select date_trunc($1, ts) from ev
select * from generate_series(1, $1)
select * from generate_series($1::int, $2)
select exists(select 1 from ev where id = $1)
select (select max(id) from ev where s = $1)
values ($1, 1), (2, $2)
with t as (select $1::int as a) select * from t where a > $2
select count(*) filter (where id > $1) from ev
select arr[$1] from ev
select id from ev where (id, s) = ($1, $2)
select to_char(ts, $1) from ev
select $1::jsonb->'a'
select jsonb_build_object('a', $1::text)
select -$1::int
select $1 || 'a'
select id from ev order by $1
select id from ev group by id having count(*) > $1
select id::text = $1 from ev
select sum(id + $1) from ev
select u from ev where u = $1
select b from ev where b = $1
select $1 and $2
select not $1
select i2 + $1, big - $2, f4 * $3, d / $4 from ev
select $2
select $1, $3::int
select $1 + $2
