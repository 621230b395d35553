"""Runs another action in the middle of a call."""

from unittest import mock


class during:  # noqa: N801 (it reads as a word)
    """Run another action once, right before or after a step of the code under test."""

    def __init__(self, owner, step, happens, *, after=False):
        self.responses, self._happens, self._after = [], happens, after
        original, self._left = getattr(owner, step), 1

        def stepped(this, *arguments, **keywords):
            if not after:
                self._happen()
            result = original(this, *arguments, **keywords)
            if after:
                self._happen()
            return result

        self._patch = mock.patch.object(owner, step, stepped)

    def _happen(self):
        if self._left:
            self._left = 0
            self.responses.append(self._happens())

    def __enter__(self):
        self._patch.start()
        return self

    def __exit__(self, *_):
        self._patch.stop()
