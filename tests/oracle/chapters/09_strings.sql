-- 9.4 to 9.7: text, bytes, patterns.
select ⟨'abc'¦''¦null::text¦1¦'é'⟩ || ⟨'x'¦null¦2¦'y'::char(3)⟩
select ⟨length¦char_length¦character_length¦octet_length¦bit_length¦upper¦lower¦initcap¦reverse¦md5¦ascii¦quote_literal¦quote_ident¦quote_nullable⟩(⟨'Hello wORLD'¦''¦null¦'é😀'¦'it''s'¦'a"b'¦E'a\\b'⟩)
select ⟨left¦right¦repeat⟩('héllo', ⟨0¦2¦-2¦10¦-10¦null⟩)
select substring('héllo world' ⟨from 2¦from 2 for 3¦for 3¦from 0¦from -1 for 4¦from 20¦from 2 for -1¦from 'l+'¦from 'h(.)l'¦from 'zz'¦similar '%#"l_o#"%' escape '#'⟩)
select ⟨substr¦substring⟩('abcdef', ⟨2¦2, 3¦0, 2¦-2, 4¦10¦3, 100¦1, -1⟩)
select position('⟨l¦lo¦¦x¦é⟩' in 'héllo'), strpos('héllo', '⟨l¦z¦⟩')
select ⟨trim('  x ')¦trim(both 'x' from 'xxaxx')¦trim(leading 'xy' from 'xyxabc')¦trim(trailing from 'a  ')¦ltrim('xxa', 'x')¦rtrim('axx', 'x')¦btrim('xyax', 'xy')¦ltrim('  a')¦btrim(' a ')¦trim('x' from 'xax')⟩
select ⟨lpad¦rpad⟩('hi', ⟨5¦5, 'xy'¦1¦0¦-1¦5, ''¦null⟩)
select replace('aabbaa', ⟨'a', 'x'¦'aa', ''¦'', 'x'¦'z', 'y'¦null, 'x'⟩)
select translate('12345', ⟨'143', 'ax'¦'', 'x'¦'12', ''¦'1', 'é'⟩)
select split_part('a,b,,d', ',', ⟨1¦3¦4¦5¦-1¦-4¦-5¦0⟩)
select ⟨concat('a', null, 1, true)¦concat()¦concat(null)¦concat_ws(',', 'a', null, 'b')¦concat_ws(null, 'a')¦concat_ws(',')¦concat(1.50, ' ', date '2024-01-01')¦concat(variadic array['a', 'b'])⟩
select format(⟨'%s'¦'%s', 1¦'%I %L', 'a b', 'it''s'¦'%2$s %1$s', 'a', 'b'¦'%%'¦'%5s|', 'x'¦'%-5s|', 'x'¦'%s', null¦'%L', null¦'%I', null¦'%x', 1¦'%s %s', 1¦'%*s|', 4, 'a'¦'%1$s %1$s', 'z'⟩)
select ⟨chr(65)¦chr(233)¦chr(0)¦chr(-1)¦ascii('é')¦to_hex(255)¦to_hex(-1)¦to_hex(0::bigint)¦overlay('abcdef' placing 'XX' from 2)¦overlay('abcdef' placing 'XX' from 2 for 4)¦starts_with('abc', 'ab')¦'abc' ^@ 'b'¦string_to_array('a,b,c', ',')¦string_to_array('abc', null)¦string_to_array('', ',')¦string_to_array('a,b,c', ',', 'b')¦array_to_string(array[1, null, 3], ',')¦array_to_string(array[1, null, 3], ',', '*')¦unistr('d\0061ta')¦normalize('é', NFD) = 'é'¦parse_ident('a."B c".d')¦parse_ident('a b')⟩
select ⟨encode('\xdeadbeef', 'hex')¦encode('\xdeadbeef', 'base64')¦encode('\x00615c', 'escape')¦decode('3q2+7w==', 'base64')¦decode('dead', 'hex')¦decode('xyz', 'hex')¦decode('a\000b', 'escape')¦encode('a', 'x')¦convert_from('\xc3a9', 'UTF8')¦convert_to('é', 'UTF8')¦convert_to('é', 'LATIN1')¦convert_from('\xff', 'UTF8')¦sha224('a')¦sha256('')¦sha384('a')¦sha512('a')¦md5('\x61'::bytea)¦get_byte('\x1234', 1)¦set_byte('\x1234', 0, 255)¦get_byte('\x12', 1)¦get_bit('\x01', 0)¦set_bit('\x00', 3, 1)¦bit_count('\xff')¦length('\x1234'::bytea)¦octet_length('\x12'::bytea)¦substring('\x123456'::bytea from 2)¦'\x12'::bytea || '\x34'¦position('\x34'::bytea in '\x1234')¦trim('\x00'::bytea from '\x001200'::bytea)¦reverse('\x12')⟩
select 'Hello' ⟨like¦not like¦ilike¦~~¦!~~*⟩ ⟨'H%'¦'h%'¦'_ello'¦'%l_'¦''¦'%'¦null¦'H\ello'⟩
select ⟨'a%b' like 'a\%b'¦'a%b' like 'a#%b' escape '#'¦'a_b' like 'a\_b'¦'ab' like 'a\'¦'a\b' like 'a\b' escape ''¦'x' like any (array['a', 'x'])¦'x' not like all (array['a', 'b'])¦'abc' similar to 'a(b|c)+'¦'abc' similar to '%b%'¦'abc' not similar to 'b'¦'a' like 'ab' escape 'xx'⟩
select '⟨foobarbaz¦Foo 123¦a.b¦⟩' ⟨~¦~*¦!~¦!~*⟩ '⟨^f¦o+b¦[0-9]{3}¦\d+$¦(?i)FOO¦a\.b¦.¦b(ar|az)¦\mfoo¦^$⟩'
select regexp_replace('foobarbaz', ⟨'b..', 'X'¦'b..', 'X', 'g'¦'b(..)', 'X\1Y', 'g'¦'B', 'x', 'i'¦'o', '', 'g'¦'(', 'x'¦'b', '\&\&'¦'.', '[\&]', 2, 2¦'a', 'A', 1, 2⟩)
select ⟨regexp_match('foobarbaz', 'b(.)(.)')¦regexp_match('foo', 'x')¦regexp_match('foo', 'o+')¦regexp_matches('foobarbaz', 'b(..)', 'g')¦regexp_split_to_array('a1b2c', '[0-9]')¦regexp_split_to_array('abc', '')¦regexp_count('banana', 'an')¦regexp_instr('banana', 'an', 1, 2)¦regexp_like('abc', 'B', 'i')¦regexp_substr('banana', 'an.', 2)¦regexp_match('ABC', 'b', 'i')⟩
select ⟨regexp_matches('abcabc', '(b)(c)', 'g')¦regexp_split_to_table('a b  c', '\s+')¦string_to_table('a,b', ',')¦unnest(string_to_array('x y', ' '))⟩
select s ⟨like 'A%'¦~ 'l'¦ilike '%A'¦< 'c'¦= 'beta'¦is null¦|| '!'⟩ from ev order by id
select ⟨string_agg(s, ',' order by id)¦string_agg(s, ', ' order by s desc)¦string_agg(distinct flag::text, ',')¦string_agg(s, null order by id)¦max(s)¦min(s)¦count(distinct s)¦string_agg(s, s order by id)⟩ from ev
select ⟨'a' < 'B'¦'a' < 'b'¦'A' < 'a'¦'é' > 'z'¦'a' collate "C" < 'B'¦'abc' = 'abc  '::char(5)¦'abc'::text = 'abc  '::char(5)¦'a' = 'A'¦'10' < '9'⟩
