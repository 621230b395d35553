"""What a scenario of an endpoint is: the user who calls it, and the state in which it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.matrix import steps
from tests.support.clients import Person, Response
from tests.support.environments import Stage


@dataclass(frozen=True)
class Scenario:
    """A story.

    Attributes:
        action: the name of the view that it is about.
        request: sends the request, and returns its response.
        signed_in: whether they have signed up before.
        adds: whether a repetition adds to what is stored. A second sign-in begins a second
            session: one whose cookie never arrived stays behind, listed, until it is ended or over.
        circumstances: what else is so.
        succeeded: whether a response with a status of success reports success for each item.
        counts_twice: whether a try may count twice, where botocore repeats its counting for want of
            an answer. A sign-up's may: it is one of hundreds, and many people count there at once.
        counts_or_not: whether it is done also where its try cannot be counted: a receipt is mailed.
        stepwise: whether it proceeds in steps, so that a failure may leave some of them done. To
            repeat it then leaves what one run without a failure leaves.
        takes_code: whether a code of a second factor is looked at, which is counted by itself.
    """

    action: str
    request: Callable[[Person], Response]
    signed_in: bool = True
    adds: bool = False
    circumstances: Callable[[Stage, Person], None] = steps.as_they_are
    succeeded: Callable[[Response], bool] = lambda _: True
    counts_twice: bool = False
    counts_or_not: bool = False
    stepwise: bool = False
    takes_code: bool = False

    def begin(self, stage: Stage, client: Any) -> Person:
        """Set up the scenario in empty tables; return the user that it is about."""
        stage.clear()
        person = Person(client)
        if self.signed_in:
            assert person.sign_up(email=steps.EMAIL).status == 201
        self.circumstances(stage, person)
        return person
