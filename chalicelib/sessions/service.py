"""Sessions: signing in, authenticating requests, listing sessions, and ending them.

A change often touches several tables. Functions whose names end in ``_write`` or ``_writes`` only
return database writes. The caller collects them, and commits all or none in one transaction: for
example, the new session, the stronger password hash, and the refund of the counted attempt.

Each account has a *session version*, and each session and token a copy of it. Incrementing the
account's version ends all of its sessions. An unknown login name has a *decoy* account ID, so that
a sign-in does the same work for it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from chalicelib.identity.account import Account, SecondFactorRequired
from chalicelib.identity.account_repository import (
    AccountRepository,
    PasswordHashReplaced,
    VerifiedLogin,
    account_repository,
    is_decoy,
)
from chalicelib.platform import log, settings
from chalicelib.platform.dynamodb import database
from chalicelib.platform.errors import (
    MultipleSessions,
    NotFound,
    ServiceUnavailable,
    Unauthenticated,
)
from chalicelib.platform.identifiers import new_identifier
from chalicelib.platform.items import Write
from chalicelib.platform.threads import run_concurrently
from chalicelib.sessions import idleness, session_token, trusted_device
from chalicelib.sessions.cookie import SESSION_LIFETIME, SHARED_DEVICE_SESSION_LIFETIME
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import Keys, account_keys, session_keys
from chalicelib.sessions.rate_limiter import RateLimiter, rate_limiter_with_account_keys
from chalicelib.sessions.session import (
    ClientContext,
    CurrentUser,
    FirstFactor,
    ListedSession,
    NewSession,
    Session,
)
from chalicelib.sessions.session_store import SessionStore
from chalicelib.sessions.session_token import SessionClaims

CURRENT_SESSION_ALIAS = "current"


@dataclass(frozen=True, slots=True)
class SessionPage:
    """A page of an account's sessions, and the cursor of the next page."""

    items: list[ListedSession]
    cursor: str | None


class SessionService:
    """Signs users in and manages their sessions, in one stage: a deployment with its own tables."""

    def __init__(
        self,
        store: SessionStore,
        accounts: AccountRepository,
        rate_limiter: RateLimiter,
        keys: Keys,
        account_keys: Keys,
        issuer: str,
        staff_idle_timeout: timedelta,
    ) -> None:
        """Create the service.

        Args:
            store: the store of sessions.
            accounts: the repository of accounts.
            rate_limiter: limits attempts to sign in.
            keys: the keys that sign tokens and cursors.
            account_keys: the long-lived keys, for the cookies of trusted devices.
            issuer: the issuer of tokens.
            staff_idle_timeout: a staff session ends after this time without a request.
        """
        self._store = store
        self._rate_limiter = rate_limiter
        self._accounts = accounts
        self._keys = keys
        self._account_keys = account_keys
        self._issuer = issuer
        self._staff_idle_timeout = staff_idle_timeout

    def prepare_session(
        self, account: Account, context: ClientContext, *, by_passkey: bool = False
    ) -> NewSession:
        """Return a new session. It starts when the caller commits its writes.

        They also end the sessions whose tokens came with the request (OWASP ASVS 5.0 7.2.4).

        Args:
            account: the account.
            context: the client.
            by_passkey: whether the person signed in with a passkey.

        Raises:
            ServiceUnavailable: no signing key is available.
        """
        log.bind_account(account.id)
        is_shared = context.shared_device
        lifetime = SHARED_DEVICE_SESSION_LIFETIME if is_shared else SESSION_LIFETIME
        session_secret = session_token.new_session_secret(by_passkey=by_passkey)
        session = Session(
            account_id=account.id,
            id=new_identifier(),
            session_version=account.session_version,
            started_at=context.received_at,
            expires_at=context.received_at + lifetime,
            address=context.address,
            user_agent=context.user_agent,
            secret_hash=session_token.hash_session_secret(session_secret),
            shared_device=is_shared,
        )
        claims = SessionClaims(
            account_id=account.id,
            session_id=session.id,
            session_version=session.session_version,
            started_at=session.started_at,
            expires_at=session.expires_at,
            session_secret=session_secret,
        )
        writes = [self._store.put_write(session)]
        writes += [
            self._store.delete_write(previous.account_id, previous.session_id)
            for previous in context.previous_claims
        ]
        token = session_token.issue(claims, self._keys, self._issuer)
        keys, now = self._account_keys, context.received_at
        device = None if is_shared else trusted_device.issue(account, keys, self._issuer, now)
        return NewSession(account, token, device, tuple(writes))

    def sign_in(
        self, login_name: str, password: str, context: ClientContext, code: str | None = None
    ) -> NewSession:
        """Start a session for a client that knows the password of an account.

        The function counts the attempt against the rate limits, and prepares the session, while it
        verifies the password. The transaction that starts the session takes the attempt off again.
        The function counts unknown names, too, so that a delay does not reveal whether a name
        exists. A weak hash is replaced in the same transaction, with or without a second factor.

        Args:
            login_name: a username or an email address.
            password: the password, exactly as the client sent it.
            context: what the request says about its client.
            code: the second-factor code, exactly as the client sent it; None without a code.
                Ignored if the account has no second factor.

        Raises:
            IncorrectCredentials: the name, the password, or both are wrong.
            SecondFactorRequired: the account has a second factor, and no code was given.
            IncorrectSecondFactorCode: the code is wrong.
            TooManyAttempts: the limit of attempts is reached.
        """
        account_id = self._accounts.find_by_login(login_name)
        log.bind_account(None if is_decoy(account_id) else account_id)

        def verify(account: Account | None) -> tuple[NewSession | None, VerifiedLogin]:
            # Until its writes are committed, the session doesn't exist.
            return run_concurrently(
                lambda: self.prepare_session(account, context) if account else None,
                lambda: self._accounts.verify_password(account, password),
            )

        (prepared, login), refund_writes = self._rate_limiter.verify_sign_in_within_limits(
            account_id, context, self._accounts.login_reads(account_id), verify
        )
        factor = FirstFactor.PASSWORD
        return self.start_session(login, context, code, factor, refund_writes, prepared=prepared)

    def start_session(
        self,
        login: VerifiedLogin,
        context: ClientContext,
        code: str | None,
        first_factor: FirstFactor,
        extra_writes: Sequence[Write],
        *,
        has_both_factors: bool = False,
        prepared: NewSession | None = None,
    ) -> NewSession:
        """Start a session after the first factor; first verify the second, if the account has one.

        Args:
            login: the account, with its credentials.
            context: what the request says about its client.
            code: the second-factor code, as for :meth:`sign_in`.
            first_factor: how the client proved the first factor.
            extra_writes: other writes of the transaction that starts the session.
            has_both_factors: whether ``first_factor`` is two factors in one, so that no code is
                needed: a passkey that verified the person (NIST SP 800-63B-4 3.1.7).
            prepared: the session, if the caller has prepared it.

        Raises:
            SecondFactorRequired: the account has a second factor, and no code was given.
            IncorrectSecondFactorCode: the code is wrong.
            TooManyAttempts: the limit of attempts is reached.
        """
        new_session = prepared or self.prepare_session(
            login.account, context, by_passkey=has_both_factors
        )
        writes = (*new_session.writes, *extra_writes)
        if login.account.second_factor and not has_both_factors:
            return self._start_session_with_code(
                replace(new_session, writes=writes), login, code, first_factor, context.received_at
            )
        log.bind_factors(first_factor)
        last_uses = login.account.last_uses.with_use(context.received_at, first_factor)
        try:
            self._store.transact((*writes, *self._accounts.sign_in_writes(login, last_uses)))
        except PasswordHashReplaced:
            # Another sign-in has replaced the weak hash, or the password was changed. Then this
            # session has an outdated version, and is invalid from the start.
            self._store.transact((*writes, self._accounts.cancel_erasure_write(login.account)))
        return new_session

    def _start_session_with_code(
        self,
        new_session: NewSession,
        login: VerifiedLogin,
        code: str | None,
        first_factor: FirstFactor,
        now: datetime,
    ) -> NewSession:
        """Verify and consume the second-factor code, then start the session."""
        # Imported here, because only accounts with a second factor need it.
        from chalicelib.sessions.code_check import code_verifier

        if code is None:
            raise SecondFactorRequired
        verifier = code_verifier()
        consumed_code = verifier.consume(login.account, code, now)
        # These writes also replace a weak password hash.
        last_uses = login.account.last_uses.with_use(now, first_factor, "second_factor")
        consume_code_writes = self._accounts.consume_code_writes(
            login, consumed_code.authenticator, last_uses
        )
        email_writes = verifier.remaining_recovery_codes_email_writes(
            login.account, consumed_code, now
        )
        code_writes = (*consume_code_writes, *consumed_code.refund_writes, *email_writes)
        self._store.transact((*new_session.writes, *code_writes))
        is_recovery_code = consumed_code.is_recovery_code_of(login.account)
        log.bind_factors(f"{first_factor}+{'recovery_code' if is_recovery_code else 'app'}")
        account = replace(login.account, authenticator=consumed_code.authenticator)
        return replace(new_session, account=account)

    def authenticate(self, claims: SessionClaims, now: datetime) -> CurrentUser:
        """Return the current user of a valid token whose session and account are active.

        Raises:
            Unauthenticated: the token wasn't issued for the session; the session has ended, or was
                idle for too long (of staff, and on a shared device: OWASP ASVS 5.0 7.3.1, NIST SP
                800-63B-4 2.2.3); or the account was disabled, erased, or signed out everywhere.
        """
        account_read = self._accounts.account_read(claims.account_id)
        session, account = self._store.get_session_and_account(
            account_read, claims.account_id, claims.session_id
        )
        if session is None or account is None or account.disabled or session.expires_at <= now:
            raise Unauthenticated
        if not session.belongs_to(claims):
            raise Unauthenticated
        if not claims.session_version == session.session_version == account.session_version:
            raise Unauthenticated
        if timeout := idleness.idle_timeout(account, session, self._staff_idle_timeout):
            self._enforce_idle_timeout(session, timeout, now)
        return CurrentUser(account, session, claims.by_passkey)

    def _enforce_idle_timeout(self, session: Session, timeout: timedelta, now: datetime) -> None:
        """Reject a session that was idle for too long; update its last request at intervals."""
        idle_time = session.idle_time(now)
        if idle_time > timeout:
            raise Unauthenticated
        if idle_time <= idleness.update_interval(timeout):
            return
        try:
            session_exists = self._store.record_request(session, now)
        except ServiceUnavailable as error:
            # Respond to the request anyway. A missing update ends the session earlier, never later,
            # and the next request tries again.
            log.emit(
                log.LogEvent.LAST_REQUEST_NOT_RECORDED,
                account=session.account_id,
                cause=error.cause,
            )
            return
        if not session_exists:
            raise Unauthenticated

    def effective_idle_timeout_seconds(self, current_user: CurrentUser) -> int | None:
        """Return the idle seconds after which a session ends; None if it doesn't end so.

        The last request's time is recorded only once in each interval. So the session may end up to
        one interval before the configured timeout, and this function subtracts the interval.
        """
        account, session = current_user.account, current_user.session
        timeout = idleness.idle_timeout(account, session, self._staff_idle_timeout)
        if timeout is None:
            return None
        return int((timeout - idleness.update_interval(timeout)).total_seconds())

    def list_active(
        self, current_user: CurrentUser, now: datetime, limit: int, cursor: str | None
    ) -> SessionPage:
        """Return the current user's active sessions, newest first.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        scope, cursors = f"sessions {current_user.account.id}", Cursors(self._keys, now)
        position = cursors.verify(cursor, scope) if cursor else None
        is_staff = current_user.account.role.is_staff
        active_since = now - self._staff_idle_timeout if is_staff else None
        sessions, next_position = self._store.list_active(
            current_user.account,
            now,
            limit,
            position,
            active_since=active_since,
            shared_active_since=now - idleness.SHARED_DEVICE_IDLE_TIMEOUT,
        )
        items = [
            ListedSession.from_session(session, current_id=current_user.session.id)
            for session in sessions
        ]
        return SessionPage(items, cursors.sign(next_position, scope) if next_position else None)

    def revoke(self, current_users: Sequence[CurrentUser], session_id: str) -> bool:
        """Revoke one of the current user's sessions: end it on the server.

        Args:
            current_users: the current user of each token in the request.
            session_id: a session ID, or ``current`` for the session of each token.

        Returns:
            Whether the request itself used the revoked session.

        Raises:
            NotFound: the current user has no such session.
            MultipleSessions: the request has several sessions, and ``session_id`` is an ID.
        """
        if session_id == CURRENT_SESSION_ALIAS:
            for current_user in current_users:
                self._store.delete(current_user.account.id, current_user.session.id)
            return True
        if len(current_users) > 1:
            raise MultipleSessions
        [current_user] = current_users
        is_current = session_id == current_user.session.id
        was_deleted = self._store.delete(current_user.account.id, session_id)
        if not was_deleted and not is_current:
            raise NotFound
        return is_current

    def revoke_others(
        self, current_user: CurrentUser, before_each_round_trip: Callable[[], None]
    ) -> None:
        """Revoke all sessions of the current user except the current one; delete expired ones, too.

        Args:
            current_user: the signed-in user.
            before_each_round_trip: called before each request to DynamoDB; it raises an exception
                to stop.
        """
        self._store.delete_others(current_user.session, before_each_round_trip)

    def revoke_current_session_write(self, current_user: CurrentUser) -> Write:
        """Return the write that revokes the current session."""
        return self._store.delete_write(current_user.account.id, current_user.session.id)

    def revoke_all(self, current_user: CurrentUser) -> None:
        """Revoke all sessions of the current user in one write."""
        self._accounts.revoke_all_sessions(current_user.account)


def session_service() -> SessionService:
    """Return the service for the stage of this process."""
    stage_settings = settings.current()
    return SessionService(
        SessionStore(database()),
        account_repository(),
        rate_limiter_with_account_keys(),
        session_keys(),
        account_keys(),
        stage_settings.issuer,
        timedelta(minutes=stage_settings.staff_idle_minutes),
    )
