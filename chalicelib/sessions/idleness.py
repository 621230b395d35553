"""When a session ends because it is not used: of staff, and on a device that others use, too."""

from datetime import timedelta

from chalicelib.identity.account import Account
from chalicelib.sessions.session import Session

# OWASP's Session Management Cheat Sheet has 15 to 30 minutes for applications of low risk, and
# NIST SP 800-63B-4 2.3.3 has 15 minutes for its highest level of assurance.
SHARED_DEVICE_IDLE_TIMEOUT = timedelta(minutes=15)
# How often the last request time of a session that can be idle is updated: at this interval, or at
# a fraction of the idle timeout if that is shorter, so that a session in use never times out.
_LAST_REQUEST_UPDATE_INTERVAL = timedelta(minutes=5)
_MIN_UPDATES_PER_IDLE_TIMEOUT = 12


def idle_timeout(account: Account, session: Session, of_staff: timedelta) -> timedelta | None:
    """Return the time without a request after which a session ends; None if it doesn't end so.

    Args:
        account: the account of the session.
        session: the session.
        of_staff: the time for staff.
    """
    timeouts = [of_staff] if account.role.is_staff else []
    if session.shared_device:
        timeouts.append(SHARED_DEVICE_IDLE_TIMEOUT)
    return min(timeouts, default=None)


def update_interval(timeout: timedelta) -> timedelta:
    """Return how much older than the last request its recorded time may be."""
    return min(_LAST_REQUEST_UPDATE_INTERVAL, timeout / _MIN_UPDATES_PER_IDLE_TIMEOUT)
