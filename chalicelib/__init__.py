"""Breeze Lakes Point: sign-in and registration for a seasonal event.

``PACKAGES`` is the map: a package imports only packages that come before it, and inside a package
imports point one way: ``routes`` → rules → stores. ``functions`` says which Lambda function serves
which packages, and imports their routes by name. ``platform.endpoints`` imports by name the schemas
beside the routes. No other module imports by name.
"""

__version__ = "0.1.0"

# In this order; tests/test_architecture.py holds it.
PACKAGES = (
    "platform",  # what every package uses: settings, errors, endpoints, DynamoDB, email
    "identity",  # the account: names, password, role, store, and the emails to its owner
    "delivery",  # what happens after a response: emails are sent
    "sessions",  # signing in, with a second factor too, sessions, and limits on attempts
    "sign_out",  # signing out, which needs neither database nor key
    "oidc",  # signing in at an OpenID Connect provider, up to the proof of who came
    "accounts",  # sign-up, account settings, email verification, and password reset
    "email_problems",  # bounces and complaints: addresses that get no email, until cleared
    "second_factor",  # setting up and removing an authenticator app
    "passkeys",  # signing in with a passkey (WebAuthn), adding and removing passkeys
    "linked_identities",  # accounts of providers that open an account here
    "api_keys",  # the keys with which other systems read
    "events",  # the events, and how many places each has
    "registrations",  # applicants' registrations, and the waiting list
    "staff",  # what staff do with events and registrations
    "exports",  # files of an event's registrations, written in the background
    "user_admin",  # what staff do with accounts, and the audit log
    "privacy",  # a person's data: exported to that person, or erased
    "pages",  # the pages that a browser shows
    "event_page",  # the public page of an event
    "event_preview",  # that page for staff, also of a hidden event
    "openapi",  # the description of the API, and the health check
)
