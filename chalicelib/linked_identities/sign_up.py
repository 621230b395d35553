"""Sign-up with a proof from a provider: an account without a password."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.accounts.address_claims import (
    AddressClaims,
    Claim,
    address_claims,
    email_verified_entry_write,
)
from chalicelib.accounts.email_verification import EmailVerification, email_verification
from chalicelib.accounts.sign_up import sign_up_limits
from chalicelib.accounts.spoken_username import spoken_username
from chalicelib.identity import login_names
from chalicelib.identity.account import Account
from chalicelib.identity.account_repository import (
    AccountChanged,
    AccountRepository,
    account_repository,
    new_account,
)
from chalicelib.linked_identities.errors import LinkedElsewhere
from chalicelib.linked_identities.holders import former_holder_of
from chalicelib.linked_identities.proofs import Proofs, Proved
from chalicelib.linked_identities.store import LinkedIdentityStore, claim_write
from chalicelib.oidc.authorization import Purpose
from chalicelib.platform import log
from chalicelib.platform.conflicts import retry_on_conflict
from chalicelib.platform.dynamodb import database
from chalicelib.platform.items import Write
from chalicelib.platform.languages import Language
from chalicelib.sessions.rate_limiter import RateLimiter, rate_limiter_with_account_keys
from chalicelib.sessions.service import SessionService, session_service
from chalicelib.sessions.session import ClientContext, FirstFactor, NewSession


class SignUpByProof:
    """Sign-ups with the proofs of providers of one stage."""

    def __init__(
        self,
        identities: LinkedIdentityStore,
        accounts: AccountRepository,
        claims: AddressClaims,
        verification: EmailVerification,
        sessions: SessionService,
        limiter: RateLimiter,
    ) -> None:
        """Use the stage's identities, accounts, addresses, verification, sessions, and limits."""
        self._identities = identities
        self._accounts = accounts
        self._claims = claims
        self._verification = verification
        self._sessions = sessions
        self._limiter = limiter

    def sign_up(
        self,
        proofs: Proofs,
        details: Mapping[str, Any],
        context: ClientContext,
        request_id: str,
        language: Language | None,
    ) -> NewSession:
        """Create an account without a password for the proved identity, and sign its owner in.

        An address that the provider has verified is the account's at once, as with a link that was
        emailed there: an account that holds it unverified loses it. Another address is unverified.

        Args:
            proofs: of the browser.
            details: username, email, and names, as they have been checked; None for what the
                person left out.
            context: the client of the request.
            request_id: the request ID.
            language: the language of emails to the owner.

        Raises:
            ProofExpired: the browser has no valid proof, or used it in the meantime.
            IdentityTaken: another account has the username, or has verified the address.
            LinkedElsewhere: the identity is linked to an account.
            TooManyAttempts: the limit of sign-ups from the IP address is reached.
        """
        proved = proofs.find_valid(Purpose.SIGN_IN)
        self._limiter.count_request_in_windows(sign_up_limits(context.address), context.received_at)
        former_holder = former_holder_of(self._identities, self._accounts, proved)
        account = _account(proved, details, language, context.received_at)
        new_session = self._sessions.prepare_session(account, context)
        writes = [
            *new_session.writes,
            proved.consume_write,
            replace(
                claim_write(proved.identity_id, account.id, former_holder),
                on_condition_failed=LinkedElsewhere,
            ),
        ]
        if account.email_verified:
            self._add_verified(account, writes, request_id, context.received_at)
        else:
            self._verification.create_account(account, writes, context.received_at)
        log.bind_factors(FirstFactor.PROVIDER)
        return new_session

    def _add_verified(
        self, account: Account, writes: list[Write], request_id: str, now: datetime
    ) -> None:
        audit_write = email_verified_entry_write(account.id, request_id, now)

        def claim() -> Claim:
            return self._claims.claim(account.email or "", account.id, request_id, now)

        def add(claimed: Claim) -> None:
            self._accounts.add(account, [*writes, audit_write, *claimed.writes], claimed.proved)

        retry_on_conflict(claim(), add, claim, AccountChanged, resource="an email address")


def sign_up_by_proof() -> SignUpByProof:
    """Return the sign-ups with proofs of this process's stage."""
    return SignUpByProof(
        LinkedIdentityStore(database()),
        account_repository(),
        address_claims(),
        email_verification(),
        session_service(),
        rate_limiter_with_account_keys(),
    )


def _account(
    proved: Proved, details: Mapping[str, Any], language: Language | None, now: datetime
) -> Account:
    names = {name: details[name] for name in ("first_name", "last_name")}
    account = new_account(
        username=details["username"] or spoken_username(*names.values()),
        password=None,
        email=details["email"],
        **names,
        language=language,
        now=now,
    )
    linked = replace(
        account,
        password_set_at=None,
        linked_identity_ids=(proved.identity_id,),
        linked_identities=(proved.identity(now),),
    )
    if account.email and login_names.same(account.email, proved.verified_email or ""):
        return replace(linked, email_verified=True, email_verified_at=now)
    return linked
