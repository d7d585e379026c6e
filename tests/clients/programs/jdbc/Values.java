import java.math.BigDecimal;
import java.sql.Array;
import java.sql.Connection;
import java.sql.Date;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.Statement;
import java.sql.Time;
import java.sql.Timestamp;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Calendar;
import java.util.HexFormat;
import java.util.Map;
import java.util.TimeZone;
import java.util.TreeMap;
import java.util.UUID;
import org.postgresql.PGConnection;
import org.postgresql.PGStatement;
import org.postgresql.util.PGInterval;
import org.postgresql.util.PGobject;

/** Values as parameters and as results; `rounds` times, so that text turns into binary on the way. */
final class Values {
    private static final int ROUNDS = 4;
    private final Connection connection;

    Values(Connection connection) {
        this.connection = connection;
    }

    void run(String format) {
        Report.section(format + ": numbers", this::numbers);
        Report.section(format + ": text and bytes", this::texts);
        Report.section(format + ": dates and times", this::moments);
        Report.section(format + ": arrays", this::arrays);
        Report.section(format + ": arrays of arrays", () ->
            array("int4[]", "int4", new Integer[] {1, 2}, new Integer[] {3, 4}));
        Report.section(format + ": jsonb, uuid, interval", this::documents);
        Report.section(format + ": hstore", this::maps);
        Report.section(format + ": NULL of every type", this::nulls);
    }

    interface Setter {
        void set(PreparedStatement statement) throws Exception;
    }

    interface Getter {
        Object get(ResultSet result) throws Exception;
    }

    /** The value comes back the same in every round; printed once, with the format of the last. */
    private void through(String type, Setter setter, Getter getter) throws Exception {
        String query = "SELECT ?::" + type + " AS v, pg_typeof(?::" + type + ")::text AS t";
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            String first = null;
            for (int round = 0; round < ROUNDS; round++) {
                setter.set(statement);
                try (ResultSet result = statement.executeQuery()) {
                    result.next();
                    String seen = show(getter.get(result)) + " " + result.getString("t");
                    if (first != null && !first.equals(seen)) {
                        Report.line("round", round, first, seen);
                    }
                    first = seen;
                }
            }
            Report.line(type, first, statement.unwrap(PGStatement.class).isUseServerPrepare());
        }
    }

    private static String show(Object value) {
        if (value instanceof byte[] bytes) {
            return HexFormat.of().formatHex(bytes);
        }
        if (value instanceof BigDecimal number) {
            return number.stripTrailingZeros().toPlainString();
        }
        if (value instanceof BigDecimal[] numbers) {
            return Arrays.stream(numbers).map(Values::show).toList().toString();
        }
        return value instanceof Object[] items ? Arrays.deepToString(items) : String.valueOf(value);
    }

    private void number(String type, Object... values) throws Exception {
        for (Object value : values) {
            through(type, s -> {
                s.setObject(1, value);
                s.setObject(2, value);
            }, r -> r.getObject(1));
        }
    }

    private void numbers() throws Exception {
        number("bool", true, false);
        number("int2", (short) 7, Short.MIN_VALUE, Short.MAX_VALUE);
        number("int4", 0, Integer.MIN_VALUE, Integer.MAX_VALUE);
        number("int8", 1L, Long.MIN_VALUE, Long.MAX_VALUE);
        number("oid", 4294967295L);
        number("float4", 1.5f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY);
        number("float8", 0.1, Double.MIN_VALUE, Double.MAX_VALUE, Double.NaN, Double.POSITIVE_INFINITY, -0.0);
        number("numeric", new BigDecimal("0"), new BigDecimal("-12345678901234567890.0123456789"),
            new BigDecimal("0.00000001"), new BigDecimal("1000000"), new BigDecimal("99999999999999999999"));
        number("numeric(10,3)", new BigDecimal("1.5"), new BigDecimal("-9999999.9999").negate().min(BigDecimal.ONE));
    }

    private void texts() throws Exception {
        number("text", "", "plain", "quote ' \" \\ back", "Käse 🧀 漢字", "line\nbreak\ttab");
        number("varchar", "short");
        number("varchar(3)", "cut to three");
        number("char(5)", "ab");
        number("name", "pg_class");
        number("bytea", new byte[0], new byte[] {0, 1, -1, 127, -128}, "text".getBytes());
        through("bytea", s -> {
            s.setBinaryStream(1, new java.io.ByteArrayInputStream(new byte[5000]), 5000);
            s.setBytes(2, new byte[1]);
        }, r -> r.getBytes(1).length);
    }

    private void moments() throws Exception {
        number("date", LocalDate.of(2026, 2, 28), LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31));
        number("date", Date.valueOf("2024-02-29"));
        number("timestamp", LocalDateTime.of(2026, 11, 25, 14, 10, 0, 123456000),
            Timestamp.valueOf("1969-12-31 23:59:59.999999"));
        for (OffsetDateTime moment : new OffsetDateTime[] {
                OffsetDateTime.of(2026, 7, 1, 12, 0, 0, 1000, ZoneOffset.ofHours(2)),
                OffsetDateTime.of(1900, 1, 1, 0, 0, 0, 0, ZoneOffset.UTC)}) {
            through("timestamptz", s -> {
                s.setObject(1, moment);
                s.setObject(2, moment);
            }, r -> r.getObject(1, OffsetDateTime.class).toInstant());
        }
        through("timestamptz", s -> {
            Calendar tokyo = Calendar.getInstance(TimeZone.getTimeZone("Asia/Tokyo"));
            s.setTimestamp(1, Timestamp.valueOf("2026-03-29 01:30:00"), tokyo);
            s.setTimestamp(2, Timestamp.valueOf("2026-03-29 01:30:00"), tokyo);
        }, r -> r.getTimestamp(1, Calendar.getInstance(TimeZone.getTimeZone("UTC"))).toInstant());
        through("time", s -> {
            s.setObject(1, LocalTime.of(23, 59, 59, 999999000));
            s.setTime(2, Time.valueOf("01:02:03"));
        }, r -> r.getObject(1, LocalTime.class));
        try (Statement statement = connection.createStatement()) {
            for (String zone : new String[] {"Europe/Berlin", "America/St_Johns", "UTC", "Asia/Kathmandu"}) {
                statement.execute("SET TIME ZONE '" + zone + "'");
                ResultSet result = statement.executeQuery(
                    "SELECT placed_at, placed_at::text, placed_at::date FROM shop.orders ORDER BY id");
                while (result.next()) {
                    Report.line(zone, result.getObject(1, OffsetDateTime.class), result.getTimestamp(1),
                        result.getString(1), result.getString(2), result.getString(3));
                }
            }
            statement.execute("RESET TIME ZONE");
        }
    }

    private void array(String type, String element, Object... items) throws Exception {
        Array array = connection.createArrayOf(element, items);
        through(type, s -> {
            s.setArray(1, array);
            s.setArray(2, array);
        }, r -> r.getArray(1).getArray());
    }

    private void arrays() throws Exception {
        array("int4[]", "int4", 1, null, 3);
        array("int8[]", "int8", Long.MIN_VALUE, 0L);
        array("int2[]", "int2", (short) 5);
        array("text[]", "text", "a", "b c", null, "", "NULL", "q\"u'o\\te", "ü,{}");
        array("text[]", "text");
        array("bool[]", "bool", true, null, false);
        array("float8[]", "float8", 1.5, Double.NaN, null);
        array("float4[]", "float4", 1.5f);
        array("numeric[]", "numeric", new BigDecimal("1.50"), new BigDecimal("-2"));
        array("uuid[]", "uuid", UUID.fromString("00000000-0000-0000-0000-0000000000ff"));
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("SELECT id, tags FROM shop.customers ORDER BY id")) {
            while (result.next()) {
                Array tags = result.getArray(2);
                Report.line(result.getInt(1), tags == null ? null
                    : tags.getBaseTypeName() + show(tags.getArray()) + tags);
            }
        }
        try (PreparedStatement any = connection.prepareStatement(
                "SELECT name FROM shop.customers WHERE id = ANY (?) ORDER BY id")) {
            any.setArray(1, connection.createArrayOf("int4", new Integer[] {1, 3}));
            Report.rows(any.executeQuery());
        }
    }

    private static PGobject object(String type, String value) throws Exception {
        PGobject made = new PGobject();
        made.setType(type);
        made.setValue(value);
        return made;
    }

    private void documents() throws Exception {
        number("jsonb", object("jsonb", "{\"a\": [1, null, \"ü\"]}"), object("jsonb", "\"scalar\""));
        number("json", object("json", "{\"kept\" :  1.0}"));
        number("uuid", UUID.fromString("123e4567-e89b-12d3-a456-426614174000"));
        number("interval", new PGInterval(1, 2, 3, 4, 5, 6.789), new PGInterval("-1 days 02:00:00"));
        try (PreparedStatement question = connection.prepareStatement(
                "SELECT details->'items'->>0 AS item, details ?? 'gift' AS has FROM shop.orders"
                    + " WHERE details @> ?::jsonb ORDER BY id")) {
            question.setObject(1, object("jsonb", "{\"items\": [2]}"));
            Report.rows(question.executeQuery());
        }
    }

    private void maps() throws Exception {
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT headers, body, kind FROM shop.events WHERE headers->'x-kind' = ?"
                    + " ORDER BY (body->>'n')::int")) {
            for (int round = 0; round < ROUNDS; round++) {
                statement.setString(1, "push");
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        Object headers = result.getObject(1);
                        Map<String, String> sorted = new TreeMap<>();
                        ((Map<?, ?>) headers).forEach((k, v) -> sorted.put((String) k, (String) v));
                        PGobject body = (PGobject) result.getObject(2);
                        Report.line(sorted, body.getType(), body.getValue(), result.getString(3));
                    }
                }
            }
        }
    }

    private void nulls() throws Exception {
        String[] names = {"bool", "int4", "int8", "float8", "numeric", "text", "bytea", "date", "timestamptz",
            "interval", "uuid", "jsonb", "int4[]"};
        for (String name : names) {
            through(name, s -> {
                s.setNull(1, Types.NULL);
                s.setObject(2, null);
            }, r -> r.getObject(1) + " " + r.wasNull());
        }
    }
}
