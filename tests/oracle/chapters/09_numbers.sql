-- 9.1 to 9.3: logic, comparison, arithmetic.
select ⟨true¦false¦null::bool⟩ ⟨and¦or⟩ ⟨true¦false¦null⟩
select not ⟨true¦false¦null⟩
select ⟨num_nulls(1, null, 2)¦num_nonnulls(1, null, 2)¦num_nulls()¦num_nonnulls(variadic array[1, null])¦isfinite(current_date)¦isfinite('infinity'::date)⟩
select ⟨greatest¦least⟩(⟨1, 2¦null, 1¦1, 2.5¦'a', 'b'¦null, null¦date '2024-01-01', date '2023-01-01'¦1, 'x'¦'1', 2⟩)
select ⟨coalesce¦nullif⟩(⟨1, 2¦null, 1¦1, 1¦'a', 'b'¦null, null¦1, 'x'¦1, 2.5¦'a', 'a'⟩)
select ⟨7¦-7¦0⟩ ⟨/¦%¦*⟩ ⟨2¦-2¦0⟩
select ⟨7¦-7¦0⟩::⟨numeric¦float8¦bigint¦smallint⟩ ⟨/¦%⟩ ⟨2¦-2¦0⟩
select ⟨2147483647¦-2147483648¦9223372036854775807¦-9223372036854775808¦32767::smallint⟩ ⟨+¦-¦*⟩ ⟨1::smallint¦2⟩
select ⟨abs¦sign¦ceil¦ceiling¦floor¦round¦trunc¦-¦+¦@⟩ (⟨0¦1.5¦-1.5¦2.5¦-2.5¦3¦-3::bigint¦-0.4::float8¦2.5::float8¦3.5::float8¦null⟩)
select ⟨sqrt¦cbrt¦exp¦ln¦log¦log10¦degrees¦radians⟩(⟨0¦1¦2¦100¦-1¦0.5¦2::float8¦null⟩)
select ⟨sin¦cos¦tan¦asin¦acos¦atan¦sinh¦cosh¦tanh¦asinh¦acosh¦atanh¦cot¦sind¦cosd¦tand⟩(⟨0¦0.5¦1¦2¦-1⟩)
select ⟨atan2¦power¦pow¦mod¦div¦log⟩(⟨2, 3¦2.0, 3¦-7, 2¦0, 0¦2, 0.5¦-8, 1.0/3¦10, 100¦7.5, 2⟩)
select ⟨round¦trunc⟩(⟨1.2345, 2¦-1.2355, 3¦1234.5, -2¦15, -1¦0.5, 0¦1.5, 10¦2.5::float8, 1⟩)
select ⟨gcd¦lcm⟩(⟨12, 18¦0, 5¦-4, 6¦0, 0¦12::bigint, 18¦2.5, 5⟩)
select ⟨factorial(5)¦factorial(0)¦factorial(-1)¦scale(1.500)¦min_scale(1.500)¦trim_scale(1.500)¦pi()¦width_bucket(5.35, 0.024, 10.06, 5)¦width_bucket(0, 1, 10, 4)¦width_bucket(11, 1, 10, 4)¦width_bucket(5, array[1, 3, 7])¦width_bucket(5, 1, 1, 4)⟩
select ⟨5 & 3¦5 | 3¦5 # 3¦~ 5¦1 << 3¦-8 >> 1¦1::bigint << 40¦5::smallint & 3¦|/ 16¦||/ 27¦@ -5¦2 ^ 10¦2.0 ^ -1¦(-8) ^ (1.0/3)¦0 ^ -1⟩
select ⟨power(10, 400)¦exp(1000)¦power(10::numeric, 40)¦1e308::float8 * 10¦1e-308::float8 / 1e10¦1e200::float8 ^ 2¦sqrt(-1::float8)¦ln(0)¦ln(-1)¦log(0)¦power(0, -1)¦1.0 / 0¦1 % 0¦mod(1, 0)¦acos(2)¦(-1)::smallint * (-32768)::smallint¦-(-9223372036854775808)¦abs(-2147483648)⟩
select ⟨0.1 + 0.2¦0.1::float8 + 0.2¦1.10 + 2.2¦1.5 * 1.50¦1.00 - 0.1¦10.0 / 4¦1 / 3.0¦2 / 3.0¦1e10 / 3¦100::numeric / 7¦1.000 * 2¦-1.50¦round(2.675, 2)¦5.5 % 2¦10 ^ 2.0⟩
select ⟨sum¦avg¦min¦max¦count⟩(⟨id¦n¦d¦i2¦big % 100¦f4⟩) from ev
