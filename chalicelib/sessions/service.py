"""How a session begins, what it is good for, and how it ends."""

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
from chalicelib.sessions.keys import Keys, session_keys
from chalicelib.sessions.rate_limiter import RateLimiter, rate_limiter
from chalicelib.sessions.session import ClientContext, CurrentUser, NewSession, Session
from chalicelib.sessions.session_store import SessionStore
from chalicelib.sessions.token import Claims

# OWASP ASVS 5.0 7.3.2: an absolute end, which no use puts off.
LIFETIME = timedelta(hours=8)
# What is noted of staff's requests is never older than that, nor than a part of the time they may
# be idle: whoever goes on asking is never taken for gone.
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
        issuer: str,
        staff_idle_timeout: timedelta,
    ) -> None:
        """Use what belongs to the stage.

        Args:
            store: of sessions.
            accounts: the directory of accounts.
            rate_limiter: the tries that have been made.
            keys: that sign tokens.
            issuer: of the tokens.
            staff_idle_timeout: how long a session of staff goes on without a request.
        """
        self._store = store
        self._rate_limiter = rate_limiter
        self._accounts = accounts
        self._keys = keys
        self._issuer = issuer
        self._staff_idle_timeout = staff_idle_timeout

    def start(self, account: Account, context: ClientContext) -> NewSession:
        """Prepare a new session, and the end of the one presented (OWASP ASVS 5.0 7.2.4).

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
        device = devices.issue(account, self._keys, self._issuer, context.at)
        return NewSession(account, token, device, tuple(writes))

    def sign_in(
        self, name: str, password: str, context: ClientContext, code: str | None = None
    ) -> NewSession:
        """Begin a session for whoever proves to own an account.

        The try is claimed before the password is looked at, and given back together with the
        beginning of the session. Names that nobody has are counted, too, so that being slowed
        down tells nothing of them.

        Args:
            name: a username or an email.
            password: as it was typed.
            context: the circumstances.
            code: of the account's second factor, as it was typed; None if none was given. It is
                not looked at where the account has no such thing.

        Raises:
            IncorrectCredentials: nobody does.
            SecondFactorRequired: the account has a second factor, and no code was given.
            IncorrectCode: the code is wrong.
            TooManyAttempts: it was tried too often.
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
            # Another sign-in replaced the weak hash meanwhile; or the password was changed, and
            # then this session is of an old version and good for nothing.
            self._store.transact((*writes, self._accounts.keep_account_write(login.account)))
        return new_session

    def _sign_in_with_code(
        self, new_session: NewSession, login: VerifiedLogin, code: str | None, now: datetime
    ) -> NewSession:
        """Check the code of a person who knows the password, use it up, and begin the session."""
        # Imported here: it is for those who have a second factor.
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
        """Return whoever a token stands for, if session and account still say so.

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
        """Reject a session that was idle for too long; note a request from time to time."""
        unseen = session.idle_time(now)
        if unseen > self._staff_idle_timeout:
            raise Unauthenticated
        if unseen <= min(_TOUCH_INTERVAL, self._staff_idle_timeout / _TOUCHES_PER_IDLE_TIMEOUT):
            return
        try:
            there = self._store.touch(session, now)
        except ServiceUnavailable as problem:
            # What is asked is answered all the same. Nothing noted means over sooner, not later,
            # and the next request tries again.
            log.emit(
                log.LogEvent.SESSION_NOT_NOTED, account=session.account_id, cause=problem.cause
            )
            return
        if not there:
            raise Unauthenticated

    def list_active(
        self, caller: CurrentUser, now: datetime, limit: int, cursor: str | None
    ) -> SessionPage:
        """List the caller's sessions that are not over, newest first.

        Raises:
            InvalidFields: the cursor does not belong to this list.
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
            callers: who asks, one for each token that came along.
            session_id: the session's id, or ``current`` for that of each token.

        Returns:
            Whether it was the one that asks.

        Raises:
            NotFound: the caller has no such session.
            MultipleSessions: it takes one caller to choose another of their sessions.
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
        """Delete every session of the caller's but the one that asks, those that are over, too.

        Args:
            caller: who asks.
            before_each: called before each round trip; what it raises stops here.
        """
        self._store.delete_others(caller.session, before_each)

    def delete_write(self, caller: CurrentUser) -> Write:
        """Return the write that ends the session that asks."""
        return self._store.delete_write(caller.account.id, caller.session.id)

    def revoke_all(self, caller: CurrentUser) -> None:
        """End all of the caller's sessions, in one write, however many there are."""
        self._accounts.end_all_sessions(caller.account)


def session_service() -> SessionService:
    """Return the sessions of this process's stage."""
    current = settings.current()
    return SessionService(
        SessionStore(database()),
        account_repository(),
        rate_limiter(),
        session_keys(),
        current.issuer,
        timedelta(minutes=current.staff_idle_minutes),
    )
