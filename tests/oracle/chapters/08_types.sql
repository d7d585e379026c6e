-- Chapter 8: what goes into a type, and how it is printed.
select '⟨0¦1¦-1¦32767¦32768¦-32768¦-32769¦ 12 ¦+5¦1.5¦1e3¦¦abc¦0x1F¦1_000¦99999999999999999999⟩'::⟨smallint¦int⟩
select '⟨0¦-9223372036854775808¦9223372036854775807¦9223372036854775808¦-1 ¦x⟩'::bigint
select '⟨0¦1.50¦-0.001¦1e3¦1e-5¦.5¦5.¦NaN¦Infinity¦abc¦¦12345678901234567890.123456789¦ 7 ⟩'::numeric
select '⟨0¦1.005¦-1.005¦99.99¦999.99¦1e2¦0.004⟩'::numeric(⟨5,2¦4,1¦3¦3,0⟩)
select '⟨0¦1.5¦-0¦1e308¦1e309¦-1e309¦1e-320¦NaN¦Infinity¦-inf¦abc¦3.4028235e38¦1e39¦0.1¦123456789.123⟩'::⟨float8¦real⟩
select ⟨1e15::float8¦1e16::float8¦123456789012345678::float8¦0.00001::float8¦0.0001::float8¦1e-7::float8¦100000::real¦1e6::real¦16777217::real¦1e10::real¦1.0::float8¦(1/3.0)::float8¦(1/3.0)::real¦'-0'::float8⟩
select '⟨t¦true¦TRUE¦y¦yes¦on¦1¦f¦no¦off¦0¦ true ¦tru¦of¦o¦2¦¦x⟩'::bool
select '⟨abc¦a ¦¦é😀¦  ⟩'::⟨text¦varchar¦varchar(2)¦char(4)¦char¦name¦bpchar⟩
select '⟨\xdeadbeef¦\x¦\xDE AD¦abc¦a\\b¦\000\001¦\x1¦\xzz¦é⟩'::bytea
select '⟨2024-02-29¦2023-02-29¦20240229¦2024-2-9¦Feb 29 2024¦29 Feb 2024¦2024-060¦infinity¦-infinity¦0044-03-15 BC¦4713-01-01 BC¦epoch¦02/03/2024¦2024-13-01¦today is¦J2460370¦99-01-02¦2024/02/29¦2024.02.29⟩'::date
select '⟨12:34¦12:34:56.789¦12:34:56.7890123¦24:00:00¦24:00:01¦23:59:60¦04:05 PM¦04:05 am¦040506¦12:34:56+02¦allballs¦25:00¦x¦12⟩'::time
select '⟨2024-02-29 12:34:56¦2024-02-29¦2024-02-29T12:34:56Z¦2024-02-29 12:34:56.1234567¦2024-02-29 24:00:00¦infinity¦-infinity¦epoch¦0044-03-15 01:02:03 BC¦20240229T123456¦2024-02-30¦Thu Feb 29 12:34:56 2024¦x¦2024-02-29 12:34 PM¦January 8, 1999 04:05:06¦294276-12-31 23:59:59⟩'::⟨timestamp¦timestamptz⟩
select '⟨2024-02-29 12:34:56+02¦2024-02-29 12:34:56 America/New_York¦2024-07-01 12:00 EST¦2024-02-29 12:34:56-05:30¦2024-02-29 12:34:56 Nowhere/City¦2024-02-29T12:34:56.5+0530¦2024-02-29 12:34:56+25¦2024-03-10 02:30 America/New_York⟩'::timestamptz
select '⟨1 day¦1 day 2 hours¦-1 mon¦1-2¦1 12:34:56¦P1Y2M3DT4H5M6.7S¦PT1H¦1.5 days¦1 week¦2 years -3 days 04:05:06¦@ 1 hour ago¦1 century¦1 millisecond¦x¦¦100000 hours¦1 fortnight¦-00:00:01¦1 day -1 hour¦0.1 mon¦1 decade¦5¦00:00:00.000001⟩'::interval
select interval '⟨1¦1-2¦3 04:05¦1:2⟩' ⟨year¦month¦day¦hour¦minute¦second¦year to month¦day to minute⟩
select '⟨a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11¦A0EEBC999C0B4EF8BB6D6BB9BD380A11¦{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}¦a0eebc99¦x¦a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11⟩'::uuid
select '⟨{"b": 1, "a": 2}¦{"a": 1, "a": 2}¦[1, 2,3]¦1.10¦1e2¦"x\u0041"¦null¦ true ¦{bad¦¦[1,]¦"\ud83d\ude00"¦"\u0000"¦{"a":{"b":[{}]}}¦NaN¦'x'⟩'::⟨json¦jsonb⟩
select '⟨{}¦{1,2}¦{1,NULL,3}¦{{1,2},{3,4}}¦{ 1 , 2 }¦{1,2¦1,2¦{a}¦{{1,2},{3}}¦{"1","2"}¦[2:3]={5,6}⟩'::int[]
select '⟨{}¦{a,b}¦{"a b","c\"d",NULL,"NULL"}¦{a b}¦{"",x}¦{{a,b},{c,d}}¦{a,,b}¦{"a}⟩'::text[]
select ⟨array[1.5, 2]::numeric[]¦array['a b', 'c"d', null, '', 'NULL', 'x,y', '{}', E'b\\s']¦array[true, null]¦array['2024-01-01'::date]¦array[interval '1 day']¦array['\xde'::bytea]¦array[now() is null]¦array['{"a": 1}'::jsonb]¦array[[1, 2], [3, null]]⟩
select pg_typeof(⟨1¦1.5¦'x'¦null¦true¦1::bigint + 1¦1 + 1.5¦1.5::real * 2¦1::smallint + 1::smallint¦'x' || 'y'¦array[1]¦array['a']¦now()¦current_date¦'1 day'::interval¦current_date + 1¦current_date - current_date¦now() - now()¦'{}'::jsonb -> 'a'¦'{}'::jsonb ->> 'a'¦row(1, 2)¦1 = 1¦count(*)¦sum(1)¦sum(1::bigint)¦avg(1)¦avg(1.5::real)¦sum(1.5)¦sum(1.5::real)¦max('x'::varchar)¦min('x'::char(3))¦string_agg('a', 'b')¦array_agg(1)¦coalesce(1, 2.5)¦case when true then 1 else 2.5 end¦greatest(1, 2::bigint)¦nullif(1, 2.5)¦round(1.5)¦round(1.5::float8)¦floor(1)¦ceil(1.5)¦sqrt(2)¦power(2, 3)¦power(2.0, 3)¦abs(-1)¦abs(-1.5)¦mod(5, 3)¦length('x')¦position('a' in 'b')¦extract(year from now())¦date_part('year', now())¦date_trunc('day', now())¦age(now())¦to_char(1, '9')¦md5('x')¦gen_random_uuid()¦row_number() over ()¦pg_typeof(1)¦'a'::name¦current_user¦version()¦random()¦int4 '1'¦1::oid¦'x'::"char"⟩)
select ⟨1::text¦1.50::text¦1e20::float8::text¦true::text¦'2024-01-01'::date::text¦'1 day'::interval::text¦'\xde'::bytea::text¦array[1, 2]::text¦'{"a": 1}'::jsonb::text¦null::text¦'a'::char(3)::text || '|'¦1.5::real::text¦'12:00'::time::text⟩
select ⟨'5'::text::int¦'5 '::text::int¦'x'::text::int¦'1.5'::text::int¦'1.5'::text::numeric¦1.7::float8::int¦2.5::float8::int¦3.5::float8::int¦1e10::float8::int¦'NaN'::float8::int¦1e20::numeric::bigint¦32768::smallint¦3000000000::int¦'3000000000'::int¦1.5::text::int¦'2024-01-01 12:00'::timestamp::date¦'2024-01-01'::date::timestamp¦'2024-01-01 12:00'::timestamp::time¦'12:00'::time::interval¦'1 day 02:00'::interval::time¦'{"a": 1}'::json::jsonb¦'5'::jsonb::int¦'"5"'::jsonb::int¦'true'::jsonb::bool¦'1.5'::jsonb::numeric¦'null'::jsonb::int¦'a'::"char"¦65::"char"¦'abc'::"char"⟩
select ⟨'1'::int4range¦'[1,5)'::int4range¦'10.0.0.1'::inet¦'10.0.0.0/8'::cidr¦'08:00:2b:01:02:03'::macaddr¦'101'::bit(3)¦'101'::varbit¦'(1,2)'::point¦'<a/>'::xml¦'$1.50'::money¦'a'::tsvector¦'1'::xid¦'(0,1)'::tid⟩
