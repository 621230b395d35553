"""Removes a user's second factor from an operator's terminal: for the last SuperAdmin."""

import sys
from dataclasses import replace

from chalicelib.platform import settings
from ops.environment import use_stage

ACTOR = "ops"


def reset(stage: str, username: str) -> int:
    """Let a user who has lost their authenticator app sign in with the password alone.

    The function ends the user's sessions, sends them an email if they can receive any, and adds
    an entry to the audit log.

    Args:
        stage: whose tables to write to, with the AWS credentials at hand.
        username: theirs, or their email.

    Returns:
        The exit status.
    """
    use_stage(stage)
    # boto3: for this command only.
    from chalicelib.identity import emails
    from chalicelib.identity.account_repository import AccountChanged, account_repository
    from chalicelib.platform import audit, clock
    from chalicelib.platform.dynamodb import database
    from chalicelib.platform.errors import ServiceUnavailable
    from chalicelib.user_admin.user_store import UserStore

    try:
        people = account_repository()
        account = people.get(people.find_by_login(username))
        if account is None or not (account.second_factor or account.passkey_count):
            print(f"No account {username} with two-step verification or passkeys.", file=sys.stderr)
            return 1
        now = clock.now()
        after = replace(
            account,
            authenticator=None,
            pending_authenticator=None,
            passkey_count=0,
            session_version=account.session_version + 1,
            version=account.version + 1,
            updated_at=now,
        )
        audit_write = audit.entry_write(
            subject=account.id,
            actor=ACTOR,
            action="account.second_factor_removed",
            fields=["secondFactor"],
            request_id=ACTOR,
            now=now,
        )
        notice_writes = emails.notice_writes(account, now, settings.SECOND_FACTOR_REMOVED)
        UserStore(database()).remove_authenticator(
            account, after, None, [audit_write, *notice_writes]
        )
    except AccountChanged:
        print("The account changed at the same time. Try again.", file=sys.stderr)
    except ServiceUnavailable as error:
        print(f"{error} ({error.cause})", file=sys.stderr)
    else:
        print(f"{account.username} now signs in with the password only.")
        return 0
    return 1
