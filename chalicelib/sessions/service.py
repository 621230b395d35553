"""Sessions: signing in, authenticating requests, listing sessions, and ending them."""

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
from chalicelib.sessions import token as tokens
from chalicelib.sessions import trusted_device as devices
from chalicelib.sessions.cursors import Cursors
from chalicelib.sessions.keys import Keys, account_keys, session_keys
from chalicelib.sessions.rate_limiter import RateLimiter, rate_limiter
from chalicelib.sessions.session import ClientContext, CurrentUser, NewSession, Session
from chalicelib.sessions.session_store import SessionStore
from chalicelib.sessions.token import Claims

# OWASP ASVS 5.0 7.3.2: an absolute lifetime, which use doesn't extend.
LIFETIME = timedelta(hours=8)
# The time of the last request of staff is updated at this interval, or at a fraction of the idle
# timeout if that is shorter, so that a session in use never times out.
_TOUCH_INTERVAL = timedelta(minutes=5)
_TOUCHES_PER_IDLE_TIMEOUT = 12
CURRENT = "current"


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session as its owner sees it."""

    id: str
    current: bool
    started_at: datetime
    expires_at: datetime
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class SessionPage:
    """Some of an account's sessions, and the cursor to the next ones."""

    items: list[ListedSession]
    cursor: str | None


class SessionService:
    """The sessions of one stage."""

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
        """Use the parts of the stage.

        Args:
            store: the sessions.
            accounts: the accounts.
            rate_limiter: limits attempts to sign in.
            keys: the keys that sign tokens and cursors.
            account_keys: the long-lived keys, for the cookies of trusted devices.
            issuer: the issuer of tokens.
            staff_idle_timeout: the time without a request after which a session of staff ends.
        """
        self._store = store
        self._rate_limiter = rate_limiter
        self._accounts = accounts
        self._keys = keys
        self._account_keys = account_keys
        self._issuer = issuer
        self._staff_idle_timeout = staff_idle_timeout

    def start(self, account: Account, context: ClientContext) -> NewSession:
        """Return a new session, which ends those that the client presents (OWASP ASVS 5.0 7.2.4).

        Raises:
            ServiceUnavailable: there is no key to sign with.
        """
        log.bind_account(account.id)
        secret = tokens.new_secret()
        session = Session(
            account_id=account.id,
            id=new_identifier(),
            account_version=account.session_version,
            started_at=context.at,
            expires_at=context.at + LIFETIME,
            address=context.address,
            user_agent=context.user_agent,
            secret_hash=tokens.secret_hash(secret),
        )
        claims = Claims(
            account_id=account.id,
            session_id=session.id,
            session_version=session.account_version,
            started_at=session.started_at,
            expires_at=session.expires_at,
            secret=secret,
        )
        writes = [self._store.put_write(session)]
        writes += [
            self._store.delete_write(old.account_id, old.session_id)
            for old in context.presented_claims
        ]
        token = tokens.issue(claims, self._keys, self._issuer)
        device = devices.issue(account, self._account_keys, self._issuer, context.at)
        return NewSession(account, token, device, tuple(writes))

    def sign_in(
        self, name: str, password: str, context: ClientContext, code: str | None = None
    ) -> NewSession:
        """Start a session for a client that knows the password of an account.

        The function counts the attempt before it verifies the password, and refunds it in the
        transaction that starts the session. It counts unknown names, too, so that a delay does not
        reveal whether a name exists.

        Args:
            name: a username or an email address.
            password: the password as typed.
            context: the client of the request.
            code: of the second factor, exactly as the client sent it; None if it sent none.
                Ignored if the account has no second factor.

        Raises:
            IncorrectCredentials: the name, the password, or both are wrong.
            SecondFactorRequired: the account has a second factor, and no code was given.
            IncorrectCode: the code is wrong.
            TooManyAttempts: the limit of attempts is reached.
        """
        account_id = self._accounts.find_by_login(name)
        log.bind_account(None if is_decoy(account_id) else account_id)
        reading = self._accounts.account_read(account_id)
        account, refund = self._rate_limiter.claim_sign_in(account_id, context, reading)
        login = self._accounts.verify_password(account, password)
        new_session = self.start(login.account, context)
        writes = (*new_session.writes, *refund)
        if login.account.second_factor:
            return self._sign_in_with_code(
                replace(new_session, writes=writes), login, code, context.at
            )
        try:
            self._store.transact((*writes, *login.rehash_writes))
        except PasswordHashReplaced:
            # Another sign-in has replaced the weak hash; or the password was changed, and
            # then this session has an old version and is invalid.
            self._store.transact((*writes, self._accounts.keep_account_write(login.account)))
        return new_session

    def _sign_in_with_code(
        self, new_session: NewSession, login: VerifiedLogin, code: str | None, now: datetime
    ) -> NewSession:
        """Verify and use up the code after the password, and start the session."""
        # Imported here, because only accounts with a second factor need it.
        from chalicelib.sessions.code_check import code_check

        if code is None:
            raise SecondFactorRequired
        check = code_check()
        used = check.use(login.account, code, now)
        using = self._accounts.use_code_write(login, used.after)
        self._store.transact((*new_session.writes, using, *used.writes))
        check.email_codes_left(login.account, used)
        return replace(new_session, account=replace(login.account, authenticator=used.after))

    def authenticate(self, claims: Claims, now: datetime) -> CurrentUser:
        """Return the current user of a valid token whose session and account are active.

        Raises:
            Unauthenticated: the token wasn't issued for the session, or the session ended, or the
                account was disabled, erased or signed out everywhere; or it is a staff member's
                and was idle for too long (OWASP ASVS 5.0 7.3.1, NIST SP 800-63B-4 2.2.3).
        """
        account_id = claims.account_id
        session, account = self._store.get_with(
            self._accounts.account_read(account_id), account_id, claims.session_id
        )
        if session is None or account is None or account.disabled or session.expires_at <= now:
            raise Unauthenticated
        if not session.belongs_to(claims):
            raise Unauthenticated
        if not claims.session_version == session.account_version == account.session_version:
            raise Unauthenticated
        if account.role.is_staff:
            self._enforce_idle_timeout(session, now)
        return CurrentUser(account, session)

    def _enforce_idle_timeout(self, session: Session, now: datetime) -> None:
        """Reject a session that was idle for too long; update its last request at intervals."""
        unseen = session.idle_time(now)
        if unseen > self._staff_idle_timeout:
            raise Unauthenticated
        if unseen <= min(_TOUCH_INTERVAL, self._staff_idle_timeout / _TOUCHES_PER_IDLE_TIMEOUT):
            return
        try:
            there = self._store.touch(session, now)
        except ServiceUnavailable as problem:
            # Answer the request anyway. A missing update ends the session earlier, never later, and
            # the next request tries again.
            log.emit(
                log.LogEvent.SESSION_NOT_NOTED, account=session.account_id, cause=problem.cause
            )
            return
        if not there:
            raise Unauthenticated

    def list_active(
        self, caller: CurrentUser, now: datetime, limit: int, cursor: str | None
    ) -> SessionPage:
        """Return the caller's active sessions, newest first.

        Raises:
            InvalidFields: the cursor belongs to another list.
        """
        scope, cursors = f"sessions {caller.account.id}", Cursors(self._keys, now)
        after = cursors.verify(cursor, scope) if cursor else None
        since = now - self._staff_idle_timeout if caller.account.role.is_staff else None
        found, rest = self._store.list_active(caller.account, now, limit, after, seen_since=since)
        own = caller.session.id
        listed = [
            ListedSession(s.id, s.id == own, s.started_at, s.expires_at, s.address, s.user_agent)
            for s in found
        ]
        return SessionPage(listed, cursors.sign(rest, scope) if rest else None)

    def revoke(self, callers: Sequence[CurrentUser], session_id: str) -> bool:
        """End one of the caller's sessions on the server.

        Args:
            callers: one caller for each token of the request.
            session_id: the session ID, or ``current`` for the session of each token.

        Returns:
            Whether it was the session of the request.

        Raises:
            NotFound: the caller has no such session.
            MultipleSessions: ending a session by its id needs a request with exactly one session.
        """
        if session_id == CURRENT:
            for one in callers:
                self._store.delete(one.account.id, one.session.id)
            return True
        if len(callers) > 1:
            raise MultipleSessions
        [caller] = callers
        own = session_id == caller.session.id
        ended = self._store.delete(caller.account.id, caller.session.id if own else session_id)
        if not ended and not own:
            raise NotFound
        return own

    def delete_others(self, caller: CurrentUser, before_each: Callable[[], None]) -> None:
        """Delete all sessions of the caller except the current one, expired sessions included.

        Args:
            caller: the caller.
            before_each: called before each round trip; an exception from it stops the work.
        """
        self._store.delete_others(caller.session, before_each)

    def delete_write(self, caller: CurrentUser) -> Write:
        """Return the write that ends the current session."""
        return self._store.delete_write(caller.account.id, caller.session.id)

    def revoke_all(self, caller: CurrentUser) -> None:
        """End all sessions of the caller in one write."""
        self._accounts.end_all_sessions(caller.account)


def session_service() -> SessionService:
    """Return the sessions of this process's stage."""
    current = settings.current()
    return SessionService(
        SessionStore(database()),
        account_repository(),
        rate_limiter(),
        session_keys(),
        account_keys(),
        current.issuer,
        timedelta(minutes=current.staff_idle_minutes),
    )
