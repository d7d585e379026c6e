import java.io.StringReader;
import java.io.StringWriter;
import java.io.ByteArrayOutputStream;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLWarning;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Properties;
import java.util.concurrent.CountDownLatch;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;
import org.postgresql.copy.CopyManager;
import org.postgresql.util.PSQLException;

/** What lasts longer than a statement: transactions, paging, batches, COPY, cancels, notifications. */
final class Sessions {
    private final String url;
    private final Connection connection;

    Sessions(String url, Connection connection) {
        this.url = url;
        this.connection = connection;
    }

    void run() {
        Report.section("fetch size", this::paging);
        Report.section("batches and generated keys", this::batches);
        Report.section("savepoints", this::savepoints);
        Report.section("isolation and read only", this::isolation);
        Report.section("query timeout and cancel", this::cancelling);
        Report.section("CopyManager", this::copying);
        Report.section("notifications", this::notifying);
        Report.section("errors", this::errors);
        Report.section("warnings", this::warnings);
        Report.section("autosave=always", this::autosave);
        Report.section("preferQueryMode=simple", this::simpleMode);
        Report.section("scrollable and updatable results", this::scrolling);
        Report.section("several statements in one", this::several);
        Report.section("connection properties", this::properties);
    }

    private Connection other(String... options) throws Exception {
        Properties properties = new Properties();
        for (int i = 0; i < options.length; i += 2) {
            properties.setProperty(options[i], options[i + 1]);
        }
        properties.putIfAbsent("user", "hookwire");
        return DriverManager.getConnection(url, properties);
    }

    private void execute(String sql) throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private void paging() throws Exception {
        connection.setAutoCommit(false);
        try (PreparedStatement statement = connection.prepareStatement(
                "SELECT g, 'row ' || g FROM generate_series(1, ?) AS g ORDER BY g")) {
            statement.setFetchSize(100);
            statement.setInt(1, 1050);
            for (int round = 0; round < 6; round++) {
                int count = 0;
                long sum = 0;
                try (ResultSet result = statement.executeQuery()) {
                    while (result.next()) {
                        count++;
                        sum += result.getLong(1);
                    }
                }
                Report.line(count, sum);
            }
            statement.setMaxRows(30);
            int count = 0;
            try (ResultSet result = statement.executeQuery()) {
                while (result.next()) {
                    count++;
                }
            }
            Report.line(count);
        }
        try (Statement one = connection.createStatement(); Statement two = connection.createStatement()) {
            one.setFetchSize(2);
            two.setFetchSize(3);
            ResultSet left = one.executeQuery("SELECT generate_series(1, 9)");
            ResultSet right = two.executeQuery("SELECT generate_series(11, 19)");
            StringBuilder seen = new StringBuilder();
            while (left.next() && right.next()) {
                seen.append(left.getInt(1)).append(':').append(right.getInt(1)).append(' ');
            }
            Report.line(seen);
        }
        connection.commit();
        connection.setAutoCommit(true);
    }

    private void batches() throws Exception {
        execute("CREATE TABLE shop.batch (id serial PRIMARY KEY, name text NOT NULL, at timestamptz DEFAULT now())");
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO shop.batch (name) VALUES (?)", Statement.RETURN_GENERATED_KEYS)) {
            for (int i = 0; i < 20; i++) {
                insert.setString(1, "name " + i);
                insert.addBatch();
            }
            Report.line(Arrays.toString(insert.executeBatch()));
            ResultSet keys = insert.getGeneratedKeys();
            int sum = 0;
            while (keys.next()) {
                sum += keys.getInt("id");
            }
            Report.line("keys", sum);
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO shop.batch (name) VALUES (?)", new String[] {"id"})) {
            insert.setString(1, "one more");
            Report.line(insert.executeUpdate());
            Report.rows(insert.getGeneratedKeys());
        }
        try (PreparedStatement update = connection.prepareStatement(
                "UPDATE shop.batch SET name = ? WHERE id <= ?")) {
            for (int i = 1; i <= 3; i++) {
                update.setString(1, "changed");
                update.setInt(2, i);
                update.addBatch();
            }
            Report.line(Arrays.toString(update.executeBatch()));
        }
        try (Statement several = connection.createStatement()) {
            several.addBatch("DELETE FROM shop.batch WHERE id = 21");
            several.addBatch("INSERT INTO shop.batch (name) VALUES (NULL)");
            several.addBatch("DELETE FROM shop.batch WHERE id = 20");
            several.executeBatch();
        } catch (BatchUpdateException failure) {
            Report.line(failure.getSQLState(), Arrays.toString(failure.getUpdateCounts()));
        }
        try (Connection rewriting = other("reWriteBatchedInserts", "true");
                PreparedStatement insert = rewriting.prepareStatement(
                    "INSERT INTO shop.batch (id, name) VALUES (?, ?)")) {
            for (int i = 0; i < 50; i++) {
                insert.setInt(1, 1000 + i);
                insert.setString(2, "rewritten");
                insert.addBatch();
            }
            Report.line(insert.executeBatch().length);
        }
        try (Statement count = connection.createStatement()) {
            Report.rows(count.executeQuery(
                "SELECT name, count(*) FROM shop.batch WHERE id <= 3 OR id >= 1000 GROUP BY 1 ORDER BY 1"));
        }
        execute("DROP TABLE shop.batch");
    }

    private void savepoints() throws Exception {
        execute("CREATE TABLE shop.saved (id int)");
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate("INSERT INTO shop.saved VALUES (1)");
            Savepoint named = connection.setSavepoint("here");
            Report.error(() -> statement.executeQuery("SELECT 1 / 0"));
            Report.error(() -> statement.executeQuery("SELECT 1"));
            connection.rollback(named);
            statement.executeUpdate("INSERT INTO shop.saved VALUES (2)");
            Savepoint unnamed = connection.setSavepoint();
            statement.executeUpdate("INSERT INTO shop.saved VALUES (3)");
            connection.releaseSavepoint(unnamed);
            connection.commit();
            Report.rows(statement.executeQuery("SELECT id FROM shop.saved ORDER BY id"));
            statement.executeUpdate("INSERT INTO shop.saved VALUES (4)");
            connection.rollback();
            Report.rows(statement.executeQuery("SELECT count(*) FROM shop.saved"));
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
            execute("DROP TABLE shop.saved");
        }
    }

    private void isolation() throws Exception {
        try (Connection session = other(); Statement statement = session.createStatement()) {
            Report.line(session.getTransactionIsolation(), session.isReadOnly());
            session.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            Report.line(session.getTransactionIsolation());
            session.setReadOnly(true);
            session.setAutoCommit(false);
            Report.rows(statement.executeQuery("SELECT count(*) FROM shop.customers"));
            Report.rows(statement.executeQuery("SHOW transaction_read_only"));
            Report.error(() -> statement.executeUpdate("DELETE FROM shop.lines"));
            session.rollback();
            session.setReadOnly(false);
            session.setSchema("shop");
            Report.line(session.getSchema());
            Report.rows(statement.executeQuery("SELECT count(*) FROM customers"));
            session.rollback();
            Report.line(session.isValid(5), session.isClosed());
            session.setNetworkTimeout(Runnable::run, 5000);
            Report.line(session.getNetworkTimeout());
        }
    }

    private static final String LONG = "SELECT count(*) FROM generate_series(1, 20000000000) AS g WHERE g % 7 = 8";

    private void cancelling() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.setQueryTimeout(1);
            Report.error(() -> statement.executeQuery("SELECT pg_sleep(60)"));
            statement.setQueryTimeout(0);
            Report.rows(statement.executeQuery("SELECT 'alive' AS state"));
            statement.execute("SET statement_timeout = 200");
            Report.error(() -> statement.executeQuery("SELECT pg_sleep(60)"));
            statement.execute("RESET statement_timeout");
        }
        try (Statement statement = connection.createStatement()) {
            CountDownLatch ended = new CountDownLatch(1);
            Thread killer = new Thread(() -> {
                try {
                    do {
                        statement.cancel();
                    } while (!ended.await(50, java.util.concurrent.TimeUnit.MILLISECONDS));
                } catch (Exception failure) {
                    Report.line("cancel", failure);
                }
            });
            killer.start();
            Report.error(() -> statement.executeQuery("SELECT pg_sleep(60)"));
            ended.countDown();
            killer.join();
        }
        try (Statement statement = connection.createStatement()) {
            Report.rows(statement.executeQuery("SELECT 'alive' AS state"));
        }
    }

    private void copying() throws Exception {
        CopyManager copy = connection.unwrap(PGConnection.class).getCopyAPI();
        execute("CREATE TABLE shop.copied (id int, name text, at date)");
        Report.line(copy.copyIn("COPY shop.copied FROM STDIN", new StringReader("1\tone\t2026-01-01\n2\t\\N\t\\N\n")));
        Report.line(copy.copyIn("COPY shop.copied (id, name) FROM STDIN WITH (FORMAT csv, HEADER)",
            new StringReader("id,name\n3,\"quo\"\"te, and comma\"\n4,\n")));
        StringWriter text = new StringWriter();
        Report.line(copy.copyOut("COPY (SELECT * FROM shop.copied ORDER BY id) TO STDOUT", text));
        Report.line(text);
        StringWriter csv = new StringWriter();
        copy.copyOut("COPY (SELECT * FROM shop.copied ORDER BY id) TO STDOUT (FORMAT csv, HEADER, NULL 'none')", csv);
        Report.line(csv);
        ByteArrayOutputStream binary = new ByteArrayOutputStream();
        Report.line(copy.copyOut("COPY shop.customers TO STDOUT (FORMAT binary)", binary), binary.size());
        Report.error(() -> copy.copyIn("COPY shop.copied FROM STDIN", new StringReader("bad\tx\t\\N\n")));
        StringWriter events = new StringWriter();
        copy.copyOut("COPY (SELECT body->>'n', kind FROM shop.events ORDER BY 1) TO STDOUT", events);
        Report.line(events);
        execute("DROP TABLE shop.copied");
    }

    private void notifying() throws Exception {
        PGConnection listening = connection.unwrap(PGConnection.class);
        execute("LISTEN news");
        try (Connection sender = other(); Statement statement = sender.createStatement()) {
            statement.execute("NOTIFY news, 'first'");
            statement.execute("SELECT pg_notify('news', 'second')");
        }
        int seen = 0;
        while (seen < 2) {
            PGNotification[] arrived = listening.getNotifications(10000);
            for (PGNotification notification : arrived == null ? new PGNotification[0] : arrived) {
                Report.line(notification.getName(), notification.getParameter(), notification.getPID() > 0);
                seen++;
            }
            if (arrived == null || arrived.length == 0) {
                break;
            }
        }
        execute("UNLISTEN news");
    }

    private void errors() throws Exception {
        String[] statements = {
            "SELECT nowhere FROM shop.customers",
            "SELECT * FROM shop.missing",
            "SELEC 1",
            "SELECT 'x'::int",
            "SELECT 1 / 0",
            "INSERT INTO shop.customers VALUES (1, 'again')",
            "SELECT missing_function(1)",
            "CREATE TABLE shop.customers (id int)",
            "SELECT 300000::int2",
        };
        try (Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                Report.error(() -> statement.execute(sql));
            }
        }
        for (String sql : new String[] {"INSERT INTO shop.customers (id) VALUES (99)",
                "INSERT INTO shop.orders VALUES (77, 4711, 1)"}) {
            try (Statement statement = connection.createStatement()) {
                statement.execute(sql);
            } catch (PSQLException failure) {
                Report.line(failure.getSQLState());
            }
        }
        try (PreparedStatement prepared = connection.prepareStatement("SELECT ?::int + 1")) {
            prepared.setString(1, "twelve");
            try {
                prepared.executeQuery();
            } catch (PSQLException failure) {
                Report.line(failure.getSQLState(), failure.getServerErrorMessage().getMessage());
            }
            prepared.setString(1, "12");
            Report.rows(prepared.executeQuery());
        }
    }

    private void warnings() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("DROP TABLE IF EXISTS shop.never_was");
            SQLWarning warning = statement.getWarnings();
            Report.line(warning.getSQLState(), warning.getMessage());
        }
        try (Statement statement = connection.createStatement()) {
            statement.execute("COMMIT");
            SQLWarning warning = statement.getWarnings();
            Report.line(warning.getSQLState(), warning.getMessage());
        }
    }

    private void autosave() throws Exception {
        try (Connection session = other("autosave", "always"); Statement statement = session.createStatement()) {
            session.setAutoCommit(false);
            Report.rows(statement.executeQuery("SELECT count(*) FROM shop.customers"));
            Report.error(() -> statement.executeQuery("SELECT * FROM shop.missing"));
            Report.rows(statement.executeQuery("SELECT count(*) FROM shop.orders"));
            Report.error(() -> statement.executeQuery("SELECT 1 / 0"));
            Report.rows(statement.executeQuery("SELECT count(*) FROM shop.lines"));
            session.commit();
        }
    }

    private void simpleMode() throws Exception {
        try (Connection session = other("preferQueryMode", "simple");
                PreparedStatement statement = session.prepareStatement(
                    "SELECT ? AS t, ?::int AS i, ?::numeric AS n, ?::date AS d WHERE ? = 'it''s'")) {
            statement.setString(1, "quo'te \\ back");
            statement.setInt(2, -5);
            statement.setBigDecimal(3, new java.math.BigDecimal("1.50"));
            statement.setObject(4, java.time.LocalDate.of(2026, 1, 2));
            statement.setString(5, "it's");
            Report.rows(statement.executeQuery());
        }
    }

    private void scrolling() throws Exception {
        try (Statement statement = connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_READ_ONLY)) {
            ResultSet result = statement.executeQuery("SELECT id FROM shop.customers ORDER BY id");
            result.last();
            Report.line(result.getRow(), result.getInt(1));
            result.absolute(1);
            Report.line(result.getInt(1), result.previous());
        }
        execute("CREATE TABLE shop.updatable (id int PRIMARY KEY, name text)");
        execute("INSERT INTO shop.updatable VALUES (1, 'one'), (2, 'two')");
        try (Statement statement = connection.createStatement(
                ResultSet.TYPE_SCROLL_INSENSITIVE, ResultSet.CONCUR_UPDATABLE)) {
            ResultSet result = statement.executeQuery("SELECT id, name FROM shop.updatable ORDER BY id");
            result.next();
            result.updateString("name", "changed");
            result.updateRow();
            result.next();
            result.deleteRow();
            result.moveToInsertRow();
            result.updateInt("id", 3);
            result.updateString("name", "new");
            result.insertRow();
        }
        try (Statement statement = connection.createStatement()) {
            Report.rows(statement.executeQuery("SELECT * FROM shop.updatable ORDER BY id"));
        }
        execute("DROP TABLE shop.updatable");
    }

    private void several() throws Exception {
        try (Statement statement = connection.createStatement()) {
            boolean rows = statement.execute(
                "CREATE TABLE shop.many (id int); INSERT INTO shop.many VALUES (1), (2); SELECT * FROM shop.many;"
                    + " DROP TABLE shop.many");
            while (rows || statement.getUpdateCount() != -1) {
                if (rows) {
                    Report.rows(statement.getResultSet());
                } else {
                    Report.line("count", statement.getUpdateCount());
                }
                rows = statement.getMoreResults();
            }
        }
    }

    private void properties() throws Exception {
        try (Connection session = other("ApplicationName", "the report", "currentSchema", "shop",
                "options", "-c statement_timeout=12345", "readOnly", "true");
                Statement statement = session.createStatement()) {
            Report.rows(statement.executeQuery(
                "SELECT current_setting('application_name'), current_setting('statement_timeout'),"
                    + " current_schema(), current_user"));
            session.setClientInfo("ApplicationName", "renamed");
            Report.rows(statement.executeQuery("SHOW application_name"));
            Report.rows(statement.executeQuery("SELECT count(*) FROM customers"));
        }
    }
}
