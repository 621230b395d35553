"""How often something may be tried: counted before it is tried, and forgotten.

Guessing is slow, and nobody is locked out for good (NIST SP 800-63B-4 3.2.2, OWASP ASVS 5.0 6.3.1).
A try is claimed by a conditional write before anything is looked at, so that a thousand at once
get no more of them than one after the other.

Another action declares its own limits beside these, and counts the same way.
"""

import hashlib
import hmac
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from chalicelib.identity import login_names
from chalicelib.identity.account import Account
from chalicelib.platform import clock, settings
from chalicelib.platform.dynamodb import Read, Write, database
from chalicelib.platform.errors import TooManyAttempts
from chalicelib.sessions.attempt_store import AttemptStore, Counter, CounterMoved, Ration
from chalicelib.sessions.keys import Keys, session_keys
from chalicelib.sessions.session import Visit

Record = TypeVar("Record")

_PURPOSE = "attempts"
# Each lost race means that another try was claimed, so that soon there are none left to lose.
_RACES = 10
_HOUR = timedelta(hours=1)
# One customer's share of IPv6, by RFC 6177: whoever has one address there has all of its /64.
_IPV6_PREFIX = 64


@dataclass(frozen=True, slots=True)
class Slowing:
    """A limit that makes each try after the free ones wait twice as long as the one before.

    Attributes:
        name: what is counted, part of the name of each counter.
        free: tries before the first wait, which is one second.
        longest: no try waits longer.
        forgotten_after: without another try for so long, all are forgotten.
    """

    name: str
    free: int = 5
    longest: timedelta = timedelta(minutes=15)
    forgotten_after: timedelta = timedelta(hours=24)

    def wait(self, counter: Counter | None, now: datetime) -> int:
        """Return the seconds until another try may be made; 0 if it may be made now."""
        if counter is None or self.forgets(counter, now) or counter.tries < self.free:
            return 0
        longest = int(self.longest.total_seconds())
        # Many doublings make a number that no arithmetic needs.
        doublings = min(counter.tries - self.free, longest.bit_length())
        ready = counter.last_at + timedelta(seconds=min(2**doublings, longest))
        return max(0, int((ready - now).total_seconds()))

    def forgets(self, counter: Counter, now: datetime) -> bool:
        """Say whether a counter's tries are too long ago to count."""
        return now - counter.last_at >= self.forgotten_after


@dataclass(frozen=True, slots=True)
class Quota:
    """A limit of so many in each window of time, for what many people share.

    Attributes:
        name: what is counted, part of the name of each counter.
        most: how many are let through.
        window: for how long they last; the windows follow each other by the clock.
        sentence: what a person reads where it is used up; None for the usual sentence.
    """

    name: str
    most: int
    window: timedelta = _HOUR
    sentence: str | None = None

    def over(self, now: datetime) -> datetime:
        """Return the end of the window that a moment is in."""
        seconds = int(self.window.total_seconds())
        return clock.from_seconds((int(now.timestamp()) // seconds + 1) * seconds)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a quota, and whose quota it is."""

    quota: Quota
    whose: str


@dataclass(frozen=True, slots=True)
class Tries:
    """What a try counts for: whose tries are slowed down, and what else they are a share of."""

    slowing: Slowing
    whose: str
    shares: tuple[Share, ...] = ()


SIGN_INS_OF_ACCOUNT = Slowing("sign-in account")
SIGN_INS_OF_DEVICE = Slowing("sign-in device")
# Codes are few, and reached only with the right password: nobody else is kept out by their waits,
# which grow to an hour, and nothing but a completed sign-in, or a year, makes them forgotten.
CODES_OF_ACCOUNT = Slowing(
    "code account", longest=timedelta(hours=1), forgotten_after=timedelta(days=365)
)
# Enough for whoever looks in the wrong folder of their mail, and no nuisance for whoever did not
# ask.
RESET_LINKS_OF_ACCOUNT = Quota("reset link account", 5)
# What follows limits mail. Each sends one to a person who may not have asked for it.
_MAILED_OFTEN = "We already sent several emails there. Check the spam folder, or try again later."
# All that is sent within the hour still works, so that no stranger keeps the owner from signing up.
_USE_WHAT_WAS_SENT = (
    "We already sent several emails there. Use the newest one, or check the spam folder."
)
SIGN_UP_LINKS_OF_MAILBOX = Quota("sign-up link mailbox", 5, sentence=_USE_WHAT_WAS_SENT)
# Less than a mailbox gets in all: one stranger alone can't use up what its owner may ask for.
SIGN_UP_LINKS_OF_REQUESTER = Quota("sign-up link requester", 3, sentence=_USE_WHAT_WAS_SENT)
VERIFICATIONS_OF_ACCOUNT = Quota("verification account", 5, sentence=_MAILED_OFTEN)
# Of all accounts that name one mailbox: ``river+1@`` and ``river+2@`` are read by one person, or by
# a family.
VERIFICATIONS_OF_MAILBOX = Quota("verification mailbox", 10, sentence=_MAILED_OFTEN)
STAFF_LINKS_OF_ACCOUNT = Quota("staff link account", 5, sentence=_MAILED_OFTEN)
RECEIPTS_OF_ACCOUNT = Quota("receipt account", 5)
_CHANGED_OFTEN = "You’ve changed this too many times."
PASSWORD_CHANGES_OF_ACCOUNT = Quota("password change account", 5, sentence=_CHANGED_OFTEN)
SECOND_FACTOR_CHANGES_OF_ACCOUNT = Quota("second factor account", 5, sentence=_CHANGED_OFTEN)


def sign_in(account: str, address: str) -> Tries:
    """Return what a stranger's sign-in counts for.

    Args:
        account: the account's id, or whatever stands for a name that nobody has.
        address: the caller's.
    """
    quota = Quota("sign-in address", settings.current().sign_in_tries_per_address)
    return Tries(SIGN_INS_OF_ACCOUNT, account, (Share(quota, network_of(address)),))


def code(account: str) -> Tries:
    """Return what a code of an account's second factor counts for, wherever it comes from."""
    return Tries(CODES_OF_ACCOUNT, account)


def sign_up(address: str) -> Share:
    """Return what a sign-up counts for, whatever becomes of it."""
    quota = Quota("sign-up address", settings.current().sign_ups_per_address)
    return Share(quota, network_of(address))


def reset_link(account: str, address: str) -> tuple[Share, Share]:
    """Return what asking for a link to choose a password counts for.

    Args:
        account: the account's id, or whatever stands for a name that nobody has.
        address: the caller's.
    """
    quota = Quota("reset link address", settings.current().reset_links_per_address)
    return Share(RESET_LINKS_OF_ACCOUNT, account), Share(quota, network_of(address))


def sign_up_link(mailbox: str, address: str) -> tuple[Share, Share, Share]:
    """Return what asking for a link to sign up counts for.

    A requester, known by their IP address, has a limit for each mailbox. A stranger who reaches it
    leaves the rest of the mailbox's own limit to its owner.

    Args:
        mailbox: what the email addresses of one mailbox have in common.
        address: the client's IP address.
    """
    quota = Quota("sign-up link address", settings.current().reset_links_per_address)
    network = network_of(address)
    return (
        Share(SIGN_UP_LINKS_OF_REQUESTER, f"{network} {mailbox}"),
        Share(quota, network),
        Share(SIGN_UP_LINKS_OF_MAILBOX, mailbox),
    )


def verification(account: str, email: str) -> tuple[Share, Share]:
    """Return what a mail to an address counts for that an account has not verified."""
    return Share(VERIFICATIONS_OF_ACCOUNT, account), verification_of_mailbox(email)


def verification_of_mailbox(email: str) -> Share:
    """Return what a mail to an address counts for, whichever account names it."""
    return Share(VERIFICATIONS_OF_MAILBOX, login_names.mailbox(email))


def staff_link(account: str) -> Share:
    """Return what a password link counts for that staff have mailed to one person."""
    return Share(STAFF_LINKS_OF_ACCOUNT, account)


def receipt(account: str) -> Share:
    """Return what the receipt of a registration counts for."""
    return Share(RECEIPTS_OF_ACCOUNT, account)


def password_change(account: str) -> Share:
    """Return what a change of a password counts for, of which its owner is told by mail."""
    return Share(PASSWORD_CHANGES_OF_ACCOUNT, account)


def second_factor_change(account: str) -> Share:
    """Return what setting up or removing an app counts for, of which its owner is told by mail."""
    return Share(SECOND_FACTOR_CHANGES_OF_ACCOUNT, account)


def network_of(address: str) -> str:
    """Return whose tries an IP address's count with: its own, or those of an IPv6 /64."""
    import ipaddress  # only where something is counted

    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv4Address):
        return str(known)
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    number = int(known) >> (known.max_prefixlen - _IPV6_PREFIX)
    return str(ipaddress.IPv6Address(number << (known.max_prefixlen - _IPV6_PREFIX)))


class Attempts:
    """The tries of one stage."""

    def __init__(self, store: AttemptStore, keys: Keys) -> None:
        """Use a store, and the keys that keep what is counted from being read in it."""
        self._store = store
        self._keys = keys

    def use(self, share: Share, now: datetime) -> None:
        """Use up a share of a quota, whatever becomes of the try.

        Raises:
            TooManyAttempts: there is none left; nothing was counted.
        """
        self._store.use(self._ration(share, now))

    def use_all(self, shares: Sequence[Share], now: datetime) -> None:
        """Use up a share of each of several quotas, or of none, whatever becomes of the try.

        Raises:
            TooManyAttempts: there is none left of one; nothing was counted.
        """
        self._store.use_all([self._ration(share, now) for share in shares])

    def using(self, share: Share, now: datetime) -> Write:
        """Return the write that uses up a share together with what it is for, or neither.

        Its condition raises TooManyAttempts.
        """
        return self._store.using(self._ration(share, now))

    def clear_sign_ins(self, account: str) -> Write:
        """Return the write that ends the wait for sign-ins to an account.

        It belongs to a new password: attempts to guess the old one say nothing about it.
        """
        return self._store.clear(self._name(SIGN_INS_OF_ACCOUNT.name, account))

    def claim(
        self, tries: Tries, now: datetime, extra_read: Read[Record]
    ) -> tuple[Record | None, tuple[Write, ...]]:
        """Claim a try before it is made.

        Args:
            tries: what it counts for.
            now: when.
            extra_read: what to read in the same round trip as the counter, before the claim.

        Returns:
            What was read; and the writes that give the try back, to go along with whatever its
            success writes. They forget all tries that were slowed down, and of a quota this one.

        Raises:
            TooManyAttempts: it has to wait; nothing was counted.
        """
        read = self._store.get_with([self._counter(tries)], extra_read)
        [counter], record = read
        return record, self._claim(tries, counter, now)

    def claim_sign_in(
        self, account_id: str, visit: Visit, reading: Read[Account]
    ) -> tuple[Account | None, tuple[Write, ...]]:
        """Claim a try of an account's password before it is looked at.

        On a device that is known for the account, its own counter stands in place of the account's
        and the address's: a stranger who tries the same name, or from the same house, does not
        disturb it. The account says whether it is known. So both counters are read along with it,
        and the one that does not count is left alone: on a device that is not known any more a try
        takes as many round trips as on any other.

        Args:
            account_id: the account's id, or whatever stands for a name that nobody has.
            visit: the circumstances.
            reading: how the account is read.

        Returns:
            The account, and the writes that give the try back; see :meth:`claim`.

        Raises:
            TooManyAttempts: it has to wait; nothing was counted.
        """
        strangers, device = sign_in(account_id, visit.address), visit.device
        if device is None or device.account_id != account_id:
            return self.claim(strangers, visit.at, reading)
        own = Tries(SIGN_INS_OF_DEVICE, device.id)
        names = [self._counter(own), self._counter(strangers)]
        read = self._store.get_with(names, reading)
        [owns, others], account = read
        if account and device.is_known_for(account):
            return account, self._claim(own, owns, visit.at)
        return account, self._claim(strangers, others, visit.at)

    def _claim(self, tries: Tries, counter: Counter | None, now: datetime) -> tuple[Write, ...]:
        """Claim a try whose counter has been read; return what gives it back."""
        slowing, own = tries.slowing, self._counter(tries)
        rations = [self._ration(share, now) for share in tries.shares]
        for _ in range(_RACES):
            if seconds := slowing.wait(counter, now):
                raise TooManyAttempts(seconds)
            before = 0 if counter is None or slowing.forgets(counter, now) else counter.tries
            claimed = Counter(before + 1, now)
            try:
                self._store.claim(own, counter, claimed, now + slowing.forgotten_after, rations)
            except CounterMoved:
                counter = self._store.get(own)
            else:
                return self._store.giving_back(own, rations)
        raise TooManyAttempts(1)

    def _counter(self, tries: Tries) -> str:
        return self._name(tries.slowing.name, tries.whose)

    def _ration(self, share: Share, now: datetime) -> Ration:
        quota, over = share.quota, share.quota.over(now)
        return Ration(
            name=self._name(quota.name, f"{share.whose} until {clock.to_text(over)}"),
            most=quota.most,
            forgotten_at=over + quota.window,
            on_exceeded=lambda: TooManyAttempts(int((over - now).total_seconds()), quota.sentence),
        )

    def _name(self, *what: str) -> str:
        """Return a counter's name, from which nobody learns what it counts.

        What is typed as a name may be a password, and addresses are few enough to try them all: a
        hash without a key would keep neither.
        """
        key = self._keys.lasting(_PURPOSE)
        return hmac.new(key, "\0".join(what).encode(errors="replace"), hashlib.sha256).hexdigest()


def attempts() -> Attempts:
    """Return the tries of this process's stage."""
    return Attempts(AttemptStore(database()), session_keys())
