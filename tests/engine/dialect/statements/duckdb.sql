-- DuckDB's own, run as they are and compared with what DuckDB says itself
select id, row_number() over (order by id desc) as r from ev qualify r = 1
select * exclude (body, ts, tsn, n, d, arr, b, dt, i2, big, f4, flag, u, v, j, iv, t) from ev order by id
select * replace (id * 2 as id) from (select id, s from ev where id = 1) q
from dep
from dep select name where qty > 1
select list_transform([1, 2, 3], lambda x: x + 1) as l
select list_filter([1, 2, 3], lambda x: x > 1) as l
select {'a': 1, 'b': 'x'} as s
select {'a': 1}.a as a
select [1, 2, 3] as l, [1, 2, 3][1] as e
select struct_pack(a := 1).a as a
select max_by(s, id) as m, arg_min(s, id) as n from ev
select unnest([1, 2]) as u
select strftime(dt, '%Y') as y from ev where id = 1
select id::hugeint as h from ev where id = 1
select try_cast('x' as integer) as t
select name, sum(qty) as q from dep group by all order by all
select range(3) as r
select * from range(3) t(i)
summarize dep
pivot dep on name using sum(qty)
select a.ev_id, b.name from dep a asof join dep b on a.ev_id >= b.ev_id order by all
select columns('i.*') from (select 1 as i1, 2 as i2) q
select map(['a'], [1]) as m
select 10 // 3 as d
select histogram(qty) as h from dep
select regexp_extract('abc', 'b(.)', 1) as r
select median(id) as m from ev
describe dep
select x.name from dep as x positional join dep as y
select array_agg(name order by name).list_sort() as l from dep
