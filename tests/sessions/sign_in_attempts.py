"""Sends wrong passwords, and asserts how the service limits them."""


def fail_sign_in(person, times, name=None):
    """Send a wrong password, and assert that the service rejects it."""
    for _ in range(times):
        assert person.sign_in(name, "a wrong password").status == 401


def retry_after_seconds(response):
    """Assert that the service limits the attempts; return the seconds until the next one."""
    assert (response.status, response.code) == (429, "too_many_attempts")
    return int(response.headers["Retry-After"])
