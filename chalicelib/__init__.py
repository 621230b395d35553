"""Breeze Lakes Point: sign-in and registration for a seasonal event.

A map of the rooms:

- ``accounts``: who someone is.
- ``sessions``: who is asking.
- ``sign_out``: the way out that asks nothing of anybody.
- ``second_factor``: an authenticator app beside the password.
- ``events``: which event, and when.
- ``registrations``: what an applicant tells us, for which event.
- ``staff``: what staff do with events and registrations.
- ``people``: what staff see of those who have an account, and do to them.
- ``privacy``: what is held about somebody: handed to them, or erased.
- ``pages``: what a browser is shown.
- ``about``: what the service says of itself: that it is there, and how it is spoken to.
- ``platform``: what every room stands on. It knows none of them.

``functions`` says which Lambda function opens which of them.

In each room imports point one way: ``routes`` → rules → ``store`` → ``platform``.
"""

__version__ = "0.1.0"
