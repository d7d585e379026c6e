"""What is sent: a GitHub-like push event of about 1.5 KB, made here."""

from __future__ import annotations

import hashlib
import json

SIZE = 1500


def push_event(number: int = 0) -> str:
    """A compact JSON document of SIZE bytes, the same but for `number` at its start."""
    sha = f"{number:040x}"
    document = {
        "id": f"{number:012d}",
        "ref": "refs/heads/main",
        "before": "0" * 40,
        "after": sha,
        "repository": {
            "id": 186853002,
            "name": "lighthouse",
            "full_name": "harbour/lighthouse",
            "private": False,
            "owner": {"login": "harbour", "id": 21031067, "type": "Organization"},
            "html_url": "https://git.example.com/harbour/lighthouse",
            "pushed_at": 1717171717,
            "stargazers_count": 17,
            "default_branch": "main",
        },
        "pusher": {"name": "mira", "email": "mira@example.com"},
        "created": False,
        "deleted": False,
        "forced": False,
        "compare": "https://git.example.com/harbour/lighthouse/compare/000000000000...main",
        "commits": [
            {
                "id": sha,
                "distinct": True,
                "message": "Keep the lamp lit while the keeper sleeps\n\nFixes a flicker.",
                "timestamp": "2024-05-31T16:08:37+02:00",
                "author": {"name": "Mira Sund", "email": "mira@example.com", "username": "mira"},
                "added": ["lamp/watch.py"],
                "removed": [],
                "modified": ["lamp/light.py", "README.md"],
            }
        ],
        "sender": {"login": "mira", "id": 5550123, "type": "User", "site_admin": False},
        "signature": "",
    }
    short = SIZE - len(json.dumps(document, separators=(",", ":")))
    document["signature"] = hashlib.shake_256(sha.encode()).hexdigest(short // 2 + 1)[:short]
    return json.dumps(document, separators=(",", ":"))
