import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Set;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** Prints what a feature answers, a section each; the test compares the sections of two servers. */
final class Report {
    interface Body {
        void run() throws Exception;
    }

    static void section(String name, Body body) {
        System.out.println("== " + name);
        try {
            body.run();
        } catch (Throwable failure) {
            System.out.println("FAILED " + failure);
            failure.printStackTrace();
        }
    }

    static void line(Object... values) {
        StringBuilder text = new StringBuilder();
        for (Object value : values) {
            text.append(text.length() == 0 ? "" : " | ").append(value);
        }
        System.out.println(text);
    }

    /** Labels, types and rows of a result, without the columns named. */
    static void rows(ResultSet result, String... without) throws SQLException {
        Set<String> left = Set.of(without);
        ResultSetMetaData meta = result.getMetaData();
        StringBuilder head = new StringBuilder();
        for (int i = 1; i <= meta.getColumnCount(); i++) {
            if (!left.contains(meta.getColumnLabel(i))) {
                head.append(meta.getColumnLabel(i)).append(' ').append(meta.getColumnTypeName(i)).append("; ");
            }
        }
        System.out.println(head);
        while (result.next()) {
            StringBuilder text = new StringBuilder();
            for (int i = 1; i <= meta.getColumnCount(); i++) {
                if (!left.contains(meta.getColumnLabel(i))) {
                    text.append(result.getString(i)).append(" | ");
                }
            }
            System.out.println(text);
        }
        result.close();
    }

    /** Runs what must fail and prints the fields of the error. */
    static void error(Body body) throws Exception {
        try {
            body.run();
            System.out.println("no error");
        } catch (PSQLException failure) {
            ServerErrorMessage server = failure.getServerErrorMessage();
            line(failure.getSQLState(), failure.getMessage());
            if (server != null) {
                line(server.getSeverity(), server.getMessage(), server.getDetail(), server.getHint(),
                    server.getPosition());
            }
        }
    }
}
