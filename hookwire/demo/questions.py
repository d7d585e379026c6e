"""What the demo says in SQL: three sources, then four questions that webhooks can answer.

GitHub's and Stripe's requests are validated by their recipes, which also raise `max_body_bytes`.
"""

from __future__ import annotations

from dataclasses import dataclass

from hookwire.demo import signing

SECRETS = (
    f"CREATE SECRET IF NOT EXISTS gh AS '{signing.GITHUB_SECRET}'",
    f"CREATE SECRET IF NOT EXISTS stripe_signing AS '{signing.STRIPE_SECRET}'",
    f"CREATE SECRET IF NOT EXISTS segment_signing AS '{signing.SEGMENT_SECRET}'",
)

SOURCES = (
    """\
CREATE SOURCE IF NOT EXISTS github FROM WEBHOOK BODY FORMAT JSON
    INCLUDE HEADER 'X-GitHub-Event' AS event
    INCLUDE HEADER 'X-GitHub-Delivery' AS delivery
    INCLUDE HEADERS
    INCLUDE RECEIVED_AT
    VALIDATE GITHUB (SECRET gh)""",
    """\
CREATE SOURCE IF NOT EXISTS stripe FROM WEBHOOK BODY FORMAT JSON
    INCLUDE HEADERS ('stripe-signature', 'user-agent')
    INCLUDE RECEIVED_AT
    VALIDATE STRIPE (SECRET stripe_signing)""",
    """\
CREATE SOURCE IF NOT EXISTS segment FROM WEBHOOK BODY FORMAT JSON ARRAY
    INCLUDE HEADER 'X-Signature' AS signature
    INCLUDE RECEIVED_AT
    VALIDATE SEGMENT (SECRET segment_signing)""",
)


@dataclass(frozen=True, slots=True)
class Question:
    """`title` is what a person would ask."""

    title: str
    sql: str


QUESTIONS = (
    Question(
        "What has GitHub sent, and how large is it?",
        """\
SELECT event, count(*) AS deliveries,
       min(length(body::text)) AS smallest, max(length(body::text)) AS largest
FROM github
GROUP BY event
ORDER BY deliveries DESC, event""",
    ),
    Question(
        "Which repositories were pushed to most, by how many people?",
        """\
SELECT body->'repository'->>'full_name' AS repository, count(*) AS pushes,
       sum(jsonb_array_length(body->'commits')) AS commits,
       count(DISTINCT body->'pusher'->>'name') AS people
FROM github
WHERE event = 'push'
GROUP BY 1
ORDER BY commits DESC, repository""",
    ),
    Question(
        "What came in by card, in which currency, and when last?",
        """\
SELECT body->'data'->'object'->>'currency' AS currency, count(*) AS charges,
       count(*) FILTER (WHERE body->>'type' = 'charge.failed') AS failed,
       sum((body->'data'->'object'->>'amount_captured')::bigint) AS cents,
       date_trunc('hour', max(to_timestamp((body->>'created')::bigint))) AS latest_hour
FROM stripe
WHERE body->>'type' LIKE 'charge.%'
GROUP BY 1
ORDER BY cents DESC""",
    ),
    Question(
        "Whose invoice failed, and what are they doing in the product?",
        """\
WITH failed AS (
    SELECT body->'data'->'object'->'metadata'->>'user_id' AS user_id,
           sum((body->'data'->'object'->>'amount_due')::bigint) AS cents_due
    FROM stripe
    WHERE body->>'type' = 'invoice.payment_failed'
    GROUP BY 1)
SELECT failed.user_id, failed.cents_due, count(segment.body) AS actions,
       max(segment.body->>'timestamp') AS last_seen
FROM failed LEFT JOIN segment ON segment.body->>'userId' = failed.user_id
GROUP BY failed.user_id, failed.cents_due
ORDER BY failed.cents_due DESC, failed.user_id""",
    ),
)
