"""The objects that every GitHub payload repeats: users, the organisation, repositories.

Addresses are those of a GitHub Enterprise server at github.example.com, which has the same API.
"""

from __future__ import annotations

from typing import Any

from hookwire.demo.world import ORGANISATION, ORGANISATION_ID, Person, Repository

HOST = "https://github.example.com"
API = f"{HOST}/api/v3"

Json = dict[str, Any]

_USER_URLS = {
    "followers_url": "/followers", "following_url": "/following{/other_user}",
    "gists_url": "/gists{/gist_id}", "starred_url": "/starred{/owner}{/repo}",
    "subscriptions_url": "/subscriptions", "organizations_url": "/orgs", "repos_url": "/repos",
    "events_url": "/events{/privacy}", "received_events_url": "/received_events",
}  # fmt: skip
_REPOSITORY_URLS = {
    "forks_url": "/forks", "keys_url": "/keys{/key_id}",
    "collaborators_url": "/collaborators{/collaborator}", "teams_url": "/teams",
    "hooks_url": "/hooks", "issue_events_url": "/issues/events{/number}", "events_url": "/events",
    "assignees_url": "/assignees{/user}", "branches_url": "/branches{/branch}",
    "tags_url": "/tags", "blobs_url": "/git/blobs{/sha}", "git_tags_url": "/git/tags{/sha}",
    "git_refs_url": "/git/refs{/sha}", "trees_url": "/git/trees{/sha}",
    "statuses_url": "/statuses/{sha}", "languages_url": "/languages",
    "stargazers_url": "/stargazers", "contributors_url": "/contributors",
    "subscribers_url": "/subscribers", "subscription_url": "/subscription",
    "commits_url": "/commits{/sha}", "git_commits_url": "/git/commits{/sha}",
    "comments_url": "/comments{/number}", "issue_comment_url": "/issues/comments{/number}",
    "contents_url": "/contents/{+path}", "compare_url": "/compare/{base}...{head}",
    "merges_url": "/merges", "archive_url": "/{archive_format}{/ref}",
    "downloads_url": "/downloads", "issues_url": "/issues{/number}", "pulls_url": "/pulls{/number}",
    "milestones_url": "/milestones{/number}", "labels_url": "/labels{/name}",
    "notifications_url": "/notifications{?since,all,participating}",
    "releases_url": "/releases{/id}", "deployments_url": "/deployments",
}  # fmt: skip


def user(person: Person) -> Json:
    return _account(person.login, person.id, "User")


def owner() -> Json:
    return _account(ORGANISATION, ORGANISATION_ID, "Organization")


def _account(login: str, number: int, kind: str) -> Json:
    url = f"{API}/users/{login}"
    return {
        "login": login,
        "id": number,
        "node_id": f"U_kgDO{number:08x}",
        "avatar_url": f"{HOST}/avatars/u/{number}?v=4",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{HOST}/{login}",
        **{name: url + path for name, path in _USER_URLS.items()},
        "type": kind,
        "user_view_type": "public",
        "site_admin": False,
    }


def organization() -> Json:
    url = f"{API}/orgs/{ORGANISATION}"
    return {
        "login": ORGANISATION,
        "id": ORGANISATION_ID,
        "node_id": f"O_kgDO{ORGANISATION_ID:08x}",
        "url": url,
        "repos_url": f"{url}/repos",
        "events_url": f"{url}/events",
        "hooks_url": f"{url}/hooks",
        "issues_url": f"{url}/issues",
        "members_url": f"{url}/members{{/member}}",
        "public_members_url": f"{url}/public_members{{/member}}",
        "avatar_url": f"{HOST}/avatars/u/{ORGANISATION_ID}?v=4",
        "description": "A small harbour with large ships",
    }


def repository(about: Repository, updated_at: str) -> Json:
    url, home = f"{API}/repos/{about.full_name}", f"{HOST}/{about.full_name}"
    return {
        "id": about.id,
        "node_id": f"R_kgDO{about.id:08x}",
        "name": about.name,
        "full_name": about.full_name,
        "private": True,
        "owner": owner(),
        "html_url": home,
        "description": about.description,
        "fork": False,
        "url": url,
        **{name: url + path for name, path in _REPOSITORY_URLS.items()},
        "created_at": "2019-05-15T15:19:25Z",
        "updated_at": updated_at,
        "pushed_at": updated_at,
        "git_url": f"git://github.example.com/{about.full_name}.git",
        "ssh_url": f"git@github.example.com:{about.full_name}.git",
        "clone_url": f"{home}.git",
        "svn_url": home,
        "homepage": None,
        "size": about.id % 9_973,
        "stargazers_count": about.id % 97,
        "watchers_count": about.id % 97,
        "language": about.language,
        "has_issues": True,
        "has_projects": True,
        "has_downloads": True,
        "has_wiki": False,
        "has_pages": False,
        "has_discussions": False,
        "forks_count": about.id % 7,
        "mirror_url": None,
        "archived": False,
        "disabled": False,
        "open_issues_count": about.id % 31,
        "license": None,
        "allow_forking": True,
        "is_template": False,
        "web_commit_signoff_required": False,
        "topics": ["harbour", about.language.lower()],
        "visibility": "private",
        "forks": about.id % 7,
        "open_issues": about.id % 31,
        "watchers": about.id % 97,
        "default_branch": "main",
        "custom_properties": {},
    }
