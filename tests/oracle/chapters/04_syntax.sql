-- Chapter 4: literals, operators and their precedence, expressions.
select ⟨1¦-1¦1.5¦.5¦1.¦1e3¦1e-3¦1.5e2¦'1'¦2147483647¦2147483648¦-2147483648¦9223372036854775807¦9223372036854775808¦true¦null⟩
select ⟨'a'¦'it''s'¦E'a\nb'¦E'a\\b'¦E'\x41\u00e9\U0001F600'¦$$a'b$$¦$q$a$$b$q$¦U&'d\0061t\+000061'¦''¦B'101'¦X'1F'⟩ as x
select ⟨1 as "A"¦1 as a¦1 "select"¦1 as "é"¦1 as select¦1 A¦1 as "a""b"⟩
select ⟨1 + 2 * 3¦(1 + 2) * 3¦2 - 3 - 4¦- 2 ^ 2¦2 ^ 3 ^ 2¦not true and false¦not (true and false)¦true or false and false¦1 = 1 and 2 = 2¦1 < 2 = true¦5 % 3 * 2¦-5 % 3¦7 / 2¦-7 / 2¦7 / 2.0¦'a' || 'b' || 'c' = 'abc'¦1 + 1 = 2 and 'a' < 'b'⟩
select ⟨1 is null¦null is null¦1 is not null¦null = null¦null <> 1¦true is true¦null is unknown¦null is not true¦false is not distinct from false¦1 is distinct from null⟩
select ⟨1 in (1, 2)¦3 in (1, null)¦1 not in (2, null)¦1 in (1, null)¦'a' in ('a', 'b')¦1 between 0 and 2¦1 not between 0 and 2¦2 between symmetric 3 and 1¦null between 1 and 2⟩
select ⟨case when true then 1 end¦case 1 when 1 then 'a' else 'b' end¦case when false then 1 end¦case when null then 1 else 2.5 end¦case 3 when 1 then 'x' when 3 then 'y' end¦case when true then 1 else 'x' end⟩
select ⟨row(1, 2) = row(1, 2)¦(1, 2) < (1, 3)¦row(1, null) = row(1, null)¦(1, 2) is null¦row(null, null) is null¦row(1, null) is not null¦(1, 'a') <> (1, 'b')¦row(1, 2) is distinct from row(1, 2)⟩
select ⟨cast('1' as int)¦'1'::int + 1¦int '1'¦'2020-01-01'::date¦date '2020-01-01'¦cast(1.5 as int)¦cast(2.5 as int)¦cast(-1.5 as int)¦cast(0.5 as bigint)¦3.7::int::text¦'abc'::varchar(2)¦'abc'::char(5)¦'abc'::char(2)¦'t'::bool¦'yes'::bool¦'off'::boolean¦'maybe'::bool¦1::bool¦true::int¦true::text¦2::bool::text⟩
select ⟨array[1, 2, 3]¦array['a', 'b']¦array[[1, 2], [3, 4]]¦array[]::int[]¦'{1,2}'::int[]¦array[1, null]¦array[1, 2.5]¦(array[1, 2, 3])[2]¦(array[1, 2, 3])[5]¦(array[1, 2, 3])[2:3]¦(array[1, 2, 3])[:2]¦array[]⟩
select ⟨1 +¦select¦'abc¦1 2¦(1¦1)¦from¦"a¦1 from¦case when end¦array[1¦cast(1 as)¦1::nosuch¦nosuch(1)¦nosuch¦ev.nosuch from ev¦nosuch.id from ev¦* ¦1 where 1⟩
select ⟨count(*) from ev where id⟩
select 'a' ⟨< ¦= ¦~ ¦!~ ¦~~ ¦!~~ ¦~* ¦|| ¦+ ⟩ ⟨'b'¦1¦null¦'a'::text¦true⟩
select ⟨1¦1.5¦1::smallint¦1::bigint¦1.5::real¦1.5::float8⟩ ⟨+¦-¦*¦/¦%¦^⟩ ⟨2¦2.5¦2::smallint¦2::bigint¦0.5::real¦2.5::float8⟩
select ⟨1¦1.0¦0.1::real¦1::float8⟩ ⟨=¦<>¦<¦>=⟩ ⟨1¦1.0¦'1'¦0.1⟩
