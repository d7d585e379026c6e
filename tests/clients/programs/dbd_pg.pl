# DBD::Pg: `perl dbd_pg.pl HOST PORT`.
use strict;
use warnings;
use utf8;
use DBI;
use DBD::Pg qw(:pg_types);

binmode STDOUT, ':utf8';
my ($host, $port) = @ARGV;
my $db = DBI->connect("dbi:Pg:host=$host;port=$port;dbname=hookwire", 'hookwire', '',
    { RaiseError => 1, PrintError => 0, PrintWarn => 0, AutoCommit => 1 });

sub shown { my $v = shift; return !defined $v ? 'undef' : ref $v eq 'ARRAY' ? '[' . join(', ', map { shown($_) } @$v) . ']' : "$v" }
sub line { print join(' | ', map { shown($_) } @_), "\n" }
sub rows { my $st = shift; line(@{ $st->{NAME} }); line(@$_) for @{ $st->fetchall_arrayref } }

sub section {
    my ($name, $body) = @_;
    print "== $name\n";
    eval { $body->(); 1 } or print "FAILED $@";
}

sub error {
    my $body = shift;
    print "no error\n" and return if eval { $body->(); 1 };
    line($db->state, $db->errstr);
}

section('queries and parameters', sub {
    my $st = $db->prepare('SELECT id, name, tags, balance, active FROM shop.customers WHERE id > ? ORDER BY id');
    for my $from (0, 2) { $st->execute($from); rows($st) }
    line(@{ $st->{TYPE} }, @{ $st->{pg_type} });
    line($db->selectrow_array('SELECT ?::int4[], ?::text[]', undef, [1, undef], ['a b', '"']));
    my $bytes = $db->prepare('SELECT ?::bytea, ?::jsonb');
    $bytes->bind_param(1, "\x00\xff", { pg_type => PG_BYTEA });
    $bytes->bind_param(2, '{"a": 1}');
    $bytes->execute;
    my ($back, $json) = $bytes->fetchrow_array;
    line(unpack('H*', $back), $json);
});

section('metadata', sub {
    rows($db->table_info('', 'shop', '%', 'TABLE,VIEW'));
    my $columns = $db->column_info('', 'shop', 'customers', '%');
    while (my $column = $columns->fetchrow_hashref) {
        line(map { $column->{$_} } qw(TABLE_SCHEM TABLE_NAME COLUMN_NAME DATA_TYPE TYPE_NAME COLUMN_SIZE
            NULLABLE REMARKS COLUMN_DEF ORDINAL_POSITION IS_NULLABLE pg_type));
    }
    line($db->primary_key('', 'shop', 'orders'));
});

section('foreign keys', sub {
    my $keys = $db->foreign_key_info(undef, 'shop', 'customers', undef, 'shop', 'orders');
    while (my $key = $keys->fetchrow_arrayref) { line(@$key[1 .. 3, 5 .. 8]) }
});

section('transactions and errors', sub {
    $db->begin_work;
    line($db->do("INSERT INTO shop.lines VALUES (96, 1, 'x', 1), (96, 2, 'y', 2)"));
    error(sub { $db->do('SELECT * FROM shop.missing') });
    error(sub { $db->do('SELECT 1') });
    $db->rollback;
    line($db->selectrow_array('SELECT count(*) FROM shop.lines WHERE order_id = 96'));
    error(sub { $db->do('SELECT 1 / 0') });
});

section('copy', sub {
    $db->do('CREATE TABLE shop.by_perl (id int, name text)');
    $db->do('COPY shop.by_perl FROM STDIN');
    $db->pg_putcopydata("1\tone\n");
    $db->pg_putcopydata("2\t\\N\n");
    line($db->pg_putcopyend);
    $db->do('COPY shop.by_perl TO STDOUT');
    my $text = '';
    while ($db->pg_getcopydata(my $part) >= 0) { $text .= $part }
    line($text);
    $db->do('DROP TABLE shop.by_perl');
});

section('notifications', sub {
    $db->do('LISTEN perl_news');
    $db->do("NOTIFY perl_news, 'hello'");
    my $note = $db->pg_notifies;
    line(@$note[0, 2]);
});

$db->disconnect;
