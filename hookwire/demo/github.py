"""GitHub deliveries: ping, push, pull_request and issues, as its reference describes them."""

from __future__ import annotations

import json
from datetime import datetime, timedelta

from hookwire.demo import signing
from hookwire.demo.chance import Chance, epoch, zulu
from hookwire.demo.github_objects import API, HOST, Json, organization, owner, repository, user
from hookwire.demo.world import (
    ORGANISATION,
    ORGANISATION_ID,
    PEOPLE,
    REPOSITORIES,
    Person,
    Repository,
)

HOOK_ID = 109_948_940

_FOLDERS = ("app", "tests", "docs", "web", "tools/report")
_FILES = ("lamp.py", "berths.py", "tides.rs", "README.md", "queue.ts", "map.css", "schema.sql")
_LABELS = (("bug", "d73a4a"), ("enhancement", "a2eeef"), ("good first issue", "7057ff"))
_ISSUE_ACTIONS = ("opened", "opened", "closed", "labeled", "reopened")
_PULL_ACTIONS = ("opened", "synchronize", "synchronize", "closed")


def headers(event: str, body: bytes, chance: Chance) -> tuple[tuple[str, str], ...]:
    return (
        ("User-Agent", f"GitHub-Hookshot/{chance.hex(7)}"),
        ("Accept", "*/*"),
        ("Content-Type", "application/json"),
        ("X-GitHub-Delivery", chance.uuid()),
        ("X-GitHub-Event", event),
        ("X-GitHub-Hook-ID", str(HOOK_ID)),
        ("X-GitHub-Hook-Installation-Target-ID", str(ORGANISATION_ID)),
        ("X-GitHub-Hook-Installation-Target-Type", "organization"),
        ("X-Hub-Signature-256", signing.github(body)),
    )


def body(event: str, chance: Chance) -> bytes:
    """The payload of one delivery, compact JSON; non-ASCII letters stand as they are."""
    payload = _PAYLOADS[event](chance)
    return json.dumps(payload, ensure_ascii=False, separators=(",", ":")).encode()


def _ping(chance: Chance) -> Json:
    url = f"{API}/orgs/{ORGANISATION}/hooks/{HOOK_ID}"
    created = zulu(chance.now)
    return {
        "zen": "Keep it logically awesome.",
        "hook_id": HOOK_ID,
        "hook": {
            "type": "Organization",
            "id": HOOK_ID,
            "name": "web",
            "active": True,
            "events": ["issues", "pull_request", "push"],
            "config": {
                "content_type": "json",
                "insecure_ssl": "0",
                "secret": "********",
                "url": "https://hooks.example.com/api/webhook/hookwire/public/github",
            },
            "updated_at": created,
            "created_at": created,
            "url": url,
            "ping_url": f"{url}/pings",
            "deliveries_url": f"{url}/deliveries",
        },
        "organization": organization(),
        "sender": user(PEOPLE[0]),
    }


def _push(chance: Chance) -> Json:
    about, pusher, moment = _about(chance)
    before, branch = chance.hex(40), chance.pick(("main", "main", "main", f"topic-{pusher.login}"))
    commits = [_commit(chance, about, moment) for _ in range(chance.number(1, 9))]
    after = commits[-1]["id"]
    home = f"{HOST}/{about.full_name}"
    return {
        "ref": f"refs/heads/{branch}",
        "before": before,
        "after": after,
        "repository": repository(about, zulu(moment)) | {"pushed_at": epoch(moment)},
        "pusher": {"name": pusher.login, "email": pusher.email},
        "organization": organization(),
        "sender": user(pusher),
        "created": False,
        "deleted": False,
        "forced": chance.happens(0.1),
        "base_ref": None,
        "compare": f"{home}/compare/{before[:12]}...{after[:12]}",
        "commits": commits,
        "head_commit": commits[-1],
    }


def _about(chance: Chance) -> tuple[Repository, Person, datetime]:
    return chance.pick(REPOSITORIES), chance.pick(PEOPLE), chance.moment()


def _commit(chance: Chance, about: Repository, moment: datetime) -> Json:
    sha, author = chance.hex(40), chance.pick(PEOPLE)
    who = {"name": author.name, "email": author.email, "username": author.login}
    return {
        "id": sha,
        "tree_id": chance.hex(40),
        "distinct": True,
        "message": f"{chance.title()}\n\n{chance.sentence()}",
        "timestamp": zulu(moment),
        "url": f"{HOST}/{about.full_name}/commit/{sha}",
        "author": who,
        "committer": who,
        "added": _paths(chance, 0, 2),
        "removed": _paths(chance, 0, 1),
        "modified": _paths(chance, 1, 4),
    }


def _paths(chance: Chance, low: int, high: int) -> list[str]:
    count = chance.number(low, high)
    return [f"{chance.pick(_FOLDERS)}/{name}" for name in chance.sample(_FILES, count)]


def _issues(chance: Chance) -> Json:
    about, sender, moment = _about(chance)
    action, number = chance.pick(_ISSUE_ACTIONS), chance.number(1, 900)
    label = _label(chance, about)
    extra = {"label": label} if action == "labeled" else {}
    return {
        "action": action,
        "issue": _issue(chance, about, moment, number)
        | {"labels": [label], "state": "closed" if action == "closed" else "open"},
        **extra,
        "repository": repository(about, zulu(moment)),
        "organization": organization(),
        "sender": user(sender),
    }


def _label(chance: Chance, about: Repository) -> Json:
    name, color = chance.pick(_LABELS)
    number = 1_362_934_389 + about.id % 1_000
    return {
        "id": number,
        "node_id": f"LA_kwDO{number:08x}",
        "url": f"{API}/repos/{about.full_name}/labels/{name.replace(' ', '%20')}",
        "name": name,
        "color": color,
        "default": True,
        "description": f"What is a {name}",
    }


def _issue(chance: Chance, about: Repository, moment: datetime, number: int) -> Json:
    url = f"{API}/repos/{about.full_name}/issues/{number}"
    identity = about.id * 1_000 + number
    author = chance.pick(PEOPLE)
    assignees = chance.sample(PEOPLE, chance.number(0, 2))
    reactions = dict.fromkeys(("laugh", "hooray", "confused", "heart", "rocket", "eyes"), 0)
    return {
        "url": url,
        "repository_url": f"{API}/repos/{about.full_name}",
        "labels_url": f"{url}/labels{{/name}}",
        "comments_url": f"{url}/comments",
        "events_url": f"{url}/events",
        "html_url": f"{HOST}/{about.full_name}/issues/{number}",
        "id": identity,
        "node_id": f"I_kwDO{identity:012x}",
        "number": number,
        "title": chance.title(),
        "user": user(author),
        "locked": False,
        "assignee": user(assignees[0]) if assignees else None,
        "assignees": [user(person) for person in assignees],
        "milestone": None,
        "comments": chance.number(0, 12),
        "created_at": zulu(moment - timedelta(days=chance.number(0, 90))),
        "updated_at": zulu(moment),
        "closed_at": None,
        "author_association": "MEMBER",
        "active_lock_reason": None,
        "body": chance.paragraphs(1, 6),
        "reactions": {"url": f"{url}/reactions", "total_count": 0, "+1": 0, "-1": 0, **reactions},
        "timeline_url": f"{url}/timeline",
        "performed_via_github_app": None,
        "state_reason": None,
    }


def _pull_request(chance: Chance) -> Json:
    about, sender, moment = _about(chance)
    action, number = chance.pick(_PULL_ACTIONS), chance.number(1, 900)
    return {
        "action": action,
        "number": number,
        "pull_request": _pull(chance, about, moment, number, closed=action == "closed"),
        "repository": repository(about, zulu(moment)),
        "organization": organization(),
        "sender": user(sender),
    }


def _pull(
    chance: Chance, about: Repository, moment: datetime, number: int, *, closed: bool
) -> Json:
    url = f"{API}/repos/{about.full_name}/pulls/{number}"
    home = f"{HOST}/{about.full_name}/pull/{number}"
    author, identity = chance.pick(PEOPLE), about.id * 2_000 + number
    head, base = chance.hex(40), chance.hex(40)
    merged = closed and chance.happens(0.8)
    return {
        "url": url,
        "id": identity,
        "node_id": f"PR_kwDO{identity:012x}",
        "html_url": home,
        "diff_url": f"{home}.diff",
        "patch_url": f"{home}.patch",
        "issue_url": f"{API}/repos/{about.full_name}/issues/{number}",
        "number": number,
        "state": "closed" if closed else "open",
        "locked": False,
        "title": chance.title(),
        "user": user(author),
        "body": chance.paragraphs(1, 4),
        "created_at": zulu(moment - timedelta(days=chance.number(0, 20))),
        "updated_at": zulu(moment),
        "closed_at": zulu(moment) if closed else None,
        "merged_at": zulu(moment) if merged else None,
        "merge_commit_sha": chance.hex(40),
        "assignee": None,
        "assignees": [],
        "requested_reviewers": [user(person) for person in chance.sample(PEOPLE, 2)],
        "requested_teams": [],
        "labels": [_label(chance, about)],
        "milestone": None,
        "draft": False,
        "commits_url": f"{url}/commits",
        "review_comments_url": f"{url}/comments",
        "review_comment_url": f"{API}/repos/{about.full_name}/pulls/comments{{/number}}",
        "comments_url": f"{API}/repos/{about.full_name}/issues/{number}/comments",
        "statuses_url": f"{API}/repos/{about.full_name}/statuses/{head}",
        "head": _branch(about, moment, f"topic-{author.login}", head),
        "base": _branch(about, moment, "main", base),
        "_links": {"self": {"href": url}, "html": {"href": home}},
        "author_association": "MEMBER",
        "auto_merge": None,
        "active_lock_reason": None,
        "merged": merged,
        "mergeable": None if closed else True,
        "mergeable_state": "unknown" if closed else "clean",
        "merged_by": user(chance.pick(PEOPLE)) if merged else None,
        "comments": chance.number(0, 9),
        "review_comments": chance.number(0, 30),
        "maintainer_can_modify": False,
        "commits": chance.number(1, 12),
        "additions": chance.number(1, 900),
        "deletions": chance.number(0, 400),
        "changed_files": chance.number(1, 25),
    }


def _branch(about: Repository, moment: datetime, ref: str, sha: str) -> Json:
    return {
        "label": f"{ORGANISATION}:{ref}",
        "ref": ref,
        "sha": sha,
        "user": owner(),
        "repo": repository(about, zulu(moment)),
    }


_PAYLOADS = {"ping": _ping, "push": _push, "issues": _issues, "pull_request": _pull_request}
EVENTS = tuple(_PAYLOADS)
"""What X-GitHub-Event says."""
