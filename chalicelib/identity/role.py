"""What an account may do. Every guard names it, and signing out knows nothing else of accounts."""

from enum import StrEnum


class Role(StrEnum):
    """What an account may do."""

    USER = "User"
    ADMIN = "Admin"
    SUPER_ADMIN = "SuperAdmin"

    @property
    def is_staff(self) -> bool:
        """Whether it lets one see what others have said."""
        return self is not Role.USER
