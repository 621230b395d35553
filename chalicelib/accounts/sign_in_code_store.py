"""The DynamoDB store of sign-in codes: items of the table ``one-time-tokens``."""

from collections.abc import Sequence

from chalicelib.accounts.one_time_token import Purpose
from chalicelib.accounts.sign_in_code import MAX_ATTEMPTS, SignInCode
from chalicelib.identity.account import Account, IncorrectEmailCode
from chalicelib.identity.account_repository import LoginReads
from chalicelib.identity.credentials import with_credentials
from chalicelib.identity.store import ONE_TIME_TOKENS
from chalicelib.platform import clock
from chalicelib.platform.dynamodb import Database
from chalicelib.platform.items import Item, Read, Write


class SignInCodeStore:
    """The sign-in codes in the table ``one-time-tokens``."""

    def __init__(self, database: Database) -> None:
        """Use a database."""
        self._database = database

    def put(
        self, code: SignInCode, replaced_request: str | None, extra_writes: Sequence[Write]
    ) -> None:
        """Store a code; delete the earlier one of the same browser.

        Args:
            code: the new code.
            replaced_request: the key of the earlier one; None if the browser has none.
            extra_writes: other writes of the same transaction.
        """
        writes = [*extra_writes, Write("Put", ONE_TIME_TOKENS, _to_item(code))]
        if replaced_request is not None:
            writes.append(Write("Delete", ONE_TIME_TOKENS, _key(replaced_request)))
        self._database.transact(writes)

    def get(self, request_hash: str) -> SignInCode | None:
        """Return the code that a browser asked for; None without one.

        DynamoDB may return an expired code, so the caller compares ``expires_at``.
        """
        return self._database.get(Read(ONE_TIME_TOKENS, _key(request_hash), _from_item))

    def account_with(self, login: LoginReads) -> Account | None:
        """Return the account of a code with its credentials; None if it doesn't exist."""
        account: Account | None
        account, credentials = self._database.batch_get(login.account, login.credentials)
        return with_credentials(account, credentials) if account else None

    def count_attempt(self, code: SignInCode, extra_writes: Sequence[Write]) -> None:
        """Count an attempt to enter a code, before the code is compared.

        Args:
            code: the stored code.
            extra_writes: other writes of the same transaction.

        Raises:
            IncorrectEmailCode: the attempts are used up, or the code was used in the meantime.
        """
        attempt = Write(
            "Update",
            ONE_TIME_TOKENS,
            _key(code.request_hash),
            {
                "UpdateExpression": "SET tries = tries + :one",
                "ConditionExpression": "tries < :limit",
            },
            {":one": 1, ":limit": MAX_ATTEMPTS},
            on_condition_failed=IncorrectEmailCode,
        )
        self._database.transact([attempt, *extra_writes])

    def consume_write(self, code: SignInCode) -> Write:
        """Return the write that uses a code; of two at once, one raises IncorrectEmailCode."""
        return Write(
            "Delete",
            ONE_TIME_TOKENS,
            _key(code.request_hash),
            {"ConditionExpression": "attribute_exists(tokenHash)"},
            on_condition_failed=IncorrectEmailCode,
        )


def _key(request_hash: str) -> Item:
    return {"tokenHash": request_hash}


def _to_item(code: SignInCode) -> Item:
    return {
        "tokenHash": code.request_hash,
        "purpose": Purpose.SIGN_IN.value,
        "userId": code.account_id,
        "codeHash": code.code_hash,
        "tries": 0,
        "expiresAt": clock.to_text(code.expires_at),
        "ttl": int(code.expires_at.timestamp()),
    }


def _from_item(item: Item) -> SignInCode:
    return SignInCode(
        request_hash=item["tokenHash"],
        account_id=item["userId"],
        code_hash=item["codeHash"],
        expires_at=clock.from_text(item["expiresAt"]),
    )
