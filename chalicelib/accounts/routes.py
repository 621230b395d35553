"""Endpoints to sign up and to manage the own account, its password, and its email.

Views import the modules for emails and links when called: signing in and reading the own account,
which are most of this function's requests, don't need them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.accounts.confirmation_required import ConfirmationRequired
from chalicelib.identity.account import (
    IdentityTaken,
    IncorrectEmailCode,
    IncorrectPasskey,
    IncorrectSecondFactorCode,
    LastSignInMethod,
    SecondFactorRequired,
)
from chalicelib.platform.endpoints import Blueprint
from chalicelib.platform.errors import NotFound, ServiceUnavailable, TooManyAttempts
from chalicelib.platform.field_errors import InvalidFields
from chalicelib.platform.log import LogEvent
from chalicelib.platform.responses import MessageResponse, Response, SessionResponse
from chalicelib.sessions import authentication, cookie

if TYPE_CHECKING:
    from chalicelib.accounts.bodies import (
        AccountChange,
        EmailVerificationToken,
        IdentityConfirmation,
        OfDevice,
        OwnerProof,
        PasswordChange,
        PasswordResetByToken,
        PasswordResetRequest,
        PrintedPassphrase,
        SignInCodeRequest,
        SignInWithCode,
        SignUpLinkRequest,
    )
    from chalicelib.accounts.confirmation import BrowserSecrets
    from chalicelib.accounts.schemas import (
        Account,
        Confirmation,
        PasswordReset,
        SignUp,
        SignUpWithPasskey,
        Suggestion,
    )
    from chalicelib.platform.request import Request
    from chalicelib.sessions.session import CurrentUser

blueprint = Blueprint("accounts")

_SIGN_UP_LINK_MESSAGE = "We sent an email to that address. It says how to create an account."

_SIGN_IN_CODE_MESSAGE = (
    "If that account can use email to sign in, we sent a code to its confirmed address."
)

_RESET_DONE = "Password changed. Sign in with your new password."

_RESET_LINK_MESSAGE = (
    "If that account has a confirmed email address, we sent a password reset link to it."
)


@blueprint.endpoint(
    "POST",
    "/signup",
    access=authentication.ANYONE,
    status=201,
    errors=(IdentityTaken, TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.SIGNED_UP,
)
def sign_up(request: Request, body: SignUp) -> Response[Account]:
    """Create an account, with or without an email address, and sign in to it."""
    from chalicelib.accounts.sign_up import create_account

    context = authentication.client_context(request, shared_device=body.shared_device)
    new_session = create_account(body.values(), context, request.id, request.language)
    return Response(new_session.account, cookie=cookie.sign_in_cookies(new_session))


@blueprint.endpoint(
    "POST",
    "/signup/email",
    access=authentication.ANYONE,
    status=202,
    errors=(TooManyAttempts, ServiceUnavailable),
    event=LogEvent.SIGN_UP_LINK_REQUESTED,
)
def ask_for_sign_up_link(request: Request, body: SignUpLinkRequest) -> MessageResponse:
    """Email a sign-up link to an address, or a notice that it already has an account."""
    from chalicelib.accounts.sign_up_link import sign_up_links

    sign_up_links().request(body.email, request.address, request.language, request.received_at)
    return MessageResponse(_SIGN_UP_LINK_MESSAGE)


@blueprint.endpoint(
    "POST",
    "/signin/email",
    access=authentication.ANYONE,
    status=202,
    errors=(TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.SIGN_IN_CODE_REQUESTED,
)
def ask_for_sign_in_code(request: Request, body: SignInCodeRequest) -> MessageResponse:
    """Email a code to sign in with, which works only in this browser, for 10 minutes.

    It is sent if the account has a verified email, and for staff, a second factor.
    """
    from chalicelib.accounts.sign_in_code_request import sign_in_code_requests

    context = authentication.client_context(request)
    earlier_secret = cookie.read_sign_in_code_browser_secret(request)
    new_secret = sign_in_code_requests().request(body.username, earlier_secret, context)
    return MessageResponse(_SIGN_IN_CODE_MESSAGE, cookie=cookie.sign_in_code_cookie(new_secret))


@blueprint.endpoint(
    "POST",
    "/signin/email/code",
    access=authentication.ANYONE,
    errors=(
        *(IncorrectEmailCode, SecondFactorRequired, IncorrectSecondFactorCode),
        *(TooManyAttempts, ServiceUnavailable),
    ),
    sets_cookie=True,
    event=LogEvent.SIGNED_IN,
)
def sign_in_with_code(request: Request, body: SignInWithCode) -> Response[Account]:
    """Sign in with an emailed code. A session in the request ends."""
    from chalicelib.accounts.sign_in_by_code import sign_in_by_code

    context = authentication.client_context(request, shared_device=body.shared_device)
    secret = cookie.read_sign_in_code_browser_secret(request)
    new_session = sign_in_by_code().sign_in(body.email_code, secret, context, body.code)
    return Response(new_session.account, cookie=cookie.cookies_after_code_sign_in(new_session))


@blueprint.endpoint(
    "POST",
    "/signin/passkey",
    access=authentication.ANYONE,
    errors=(IncorrectPasskey, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.SIGNED_IN,
)
def sign_in_with_passkey(request: Request, body: OfDevice) -> Response[Account]:
    """Sign in after `POST /signin/passkey/verification`, in the same browser, within a minute.

    A session in the request ends. A second factor isn't needed: a passkey proves both.
    """
    from chalicelib.accounts.sign_in_by_passkey import sign_in_by_passkey

    context = authentication.client_context(request, shared_device=body.shared_device)
    new_session = sign_in_by_passkey().sign_in(cookie.read_passkey_browser_secret(request), context)
    return Response(new_session.account, cookie=cookie.cookies_after_passkey_sign_in(new_session))


@blueprint.endpoint(
    "POST",
    "/signup/passkey",
    access=authentication.ANYONE,
    status=201,
    errors=(IncorrectPasskey, IdentityTaken, TooManyAttempts, ServiceUnavailable),
    sets_cookie=True,
    event=LogEvent.SIGNED_UP,
)
def sign_up_with_passkey(request: Request, body: SignUpWithPasskey) -> Response[Account]:
    """Create an account with a passkey and without a password, and sign in to it.

    The passkey is the one that `POST /signup/passkey/verification` has verified in this browser,
    at most ten minutes ago.
    """
    from chalicelib.accounts.sign_up_by_passkey import create_account_with_passkey

    secret, context = _browser_secrets(request).passkey, authentication.client_context(request)
    given = (body.values(), context, request.id, request.language)
    new_session = create_account_with_passkey(secret, *given)
    return Response(new_session.account, cookie=cookie.cookies_after_passkey_sign_in(new_session))


@blueprint.endpoint(
    "POST",
    "/me/confirmation",
    # Staff add a passkey as their second factor
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(IncorrectPasskey, TooManyAttempts),
    event=LogEvent.IDENTITY_CONFIRMED,
)
def confirm_identity(
    request: Request, current_user: CurrentUser, body: IdentityConfirmation
) -> Response[Confirmation]:
    """Prove who you are again, before changing how the account signs in, or deleting it.

    With the password; with a passkey that this browser has just shown; or, without a password, with
    an emailed code. A second factor is needed, too, except with a passkey.
    """
    from chalicelib.accounts.confirmation import confirmations

    browser, context = _browser_secrets(request), authentication.client_context(request)
    return Response(confirmations().create(current_user, body, browser, context))


def _browser_secrets(request: Request) -> BrowserSecrets:
    from chalicelib.accounts.confirmation import BrowserSecrets

    code_secret = cookie.read_sign_in_code_browser_secret(request)
    return BrowserSecrets(code_secret, cookie.read_passkey_browser_secret(request))


@blueprint.endpoint("GET", "/password/suggestion", access=authentication.ANYONE)
def suggest_password(request: Request) -> Response[Suggestion]:
    """Suggest a password of several words, in the `Accept-Language`. It isn't stored."""
    from chalicelib.accounts.passphrases import generate
    from chalicelib.platform.languages import Language

    return Response({"password": generate(request.language or Language.ENGLISH)})


@blueprint.endpoint("GET", "/me", access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL)
def show_me(request: Request, current_user: CurrentUser) -> SessionResponse[Account]:
    """Return the signed-in account, and in headers when the session ends."""
    from chalicelib.sessions.service import session_service

    ends_in = int((current_user.session.expires_at - request.received_at).total_seconds())
    idle_limit = session_service().effective_idle_timeout_seconds(current_user)
    return SessionResponse(current_user.account, ends_in=ends_in, idle_limit=idle_limit)


@blueprint.endpoint(
    "PATCH",
    "/me",
    # Staff correct their email before they set up a second factor
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    errors=(IdentityTaken, LastSignInMethod, ConfirmationRequired, TooManyAttempts),
    sets_cookie=True,
    event=LogEvent.ACCOUNT_CHANGED,
)
def change_me(
    request: Request, current_user: CurrentUser, body: AccountChange
) -> Response[Account]:
    """Change names or the email. A new email needs the password and ends all other sessions."""
    from chalicelib.accounts.account_settings import account_settings

    context = authentication.client_context(request)
    service = account_settings(current_user, context, request.id, request.language)
    account, new_session = service.change(body.changes(), body)
    return Response(account, cookie=cookie.sign_in_cookies(new_session) if new_session else None)


@blueprint.endpoint(
    "POST",
    "/password/change",
    access=authentication.SIGNED_IN,
    errors=(TooManyAttempts,),
    sets_cookie=True,
    event=LogEvent.PASSWORD_CHANGED,
)
def change_password(
    request: Request, current_user: CurrentUser, body: PasswordChange
) -> MessageResponse:
    """Change the password. This device gets a new session; all other sessions end."""
    from chalicelib.accounts.account_settings import account_settings

    context = authentication.client_context(request)
    service = account_settings(current_user, context, request.id, request.language)
    new_session = service.change_password(body.current_password, body.new_password, body.code)
    return MessageResponse("Password changed", cookie=cookie.sign_in_cookies(new_session))


@blueprint.endpoint(
    "POST",
    "/password/remove",
    access=authentication.SIGNED_IN,
    errors=(NotFound, LastSignInMethod, ConfirmationRequired, TooManyAttempts),
    sets_cookie=True,
    event=LogEvent.PASSWORD_REMOVED,
)
def remove_password(
    request: Request, current_user: CurrentUser, body: OwnerProof
) -> MessageResponse:
    """Remove the password, unless there is no other way to sign in. All other sessions end.

    The owner gets an email. To set a new one, use `POST /password/forgot`.
    """
    from chalicelib.accounts.account_settings import account_settings

    context = authentication.client_context(request)
    service = account_settings(current_user, context, request.id, request.language)
    new_session = service.remove_password(body)
    return MessageResponse("Password removed", cookie=cookie.sign_in_cookies(new_session))


@blueprint.endpoint(
    "POST",
    "/password/forgot",
    access=authentication.ANYONE,
    status=202,
    errors=(TooManyAttempts, ServiceUnavailable),
    event=LogEvent.PASSWORD_RESET_REQUESTED,
)
def forget_password(request: Request, body: PasswordResetRequest) -> MessageResponse:
    """Request a password reset link. It is sent if the account has a verified email."""
    from chalicelib.accounts.password_reset_request import password_reset_requests

    password_reset_requests().request(body.username, request.address, request.received_at)
    return MessageResponse(_RESET_LINK_MESSAGE)


@blueprint.endpoint(
    "POST",
    "/password/reset",
    access=authentication.ANYONE,
    errors=(ServiceUnavailable,),
    event=LogEvent.PASSWORD_RESET,
)
def reset_password(request: Request, body: PasswordResetByToken) -> Response[PasswordReset]:
    """Choose a new password with the token of a reset link. All sessions end, and none starts."""
    from chalicelib.accounts.password_reset import password_reset

    token, password, language = body.token, body.new_password, request.language
    account = password_reset().reset(token, password, request.id, request.received_at, language)
    return Response({"msg": _RESET_DONE, "username": account.username})


@blueprint.endpoint(
    "POST",
    "/password/reset/passphrase",
    access=authentication.ANYONE,
    errors=(ServiceUnavailable, TooManyAttempts),
    event=LogEvent.PASSWORD_RESET,
)
def reset_password_by_passphrase(request: Request, body: PrintedPassphrase) -> MessageResponse:
    """Choose the first password of an account, with the passphrase on the slip of a walk-in."""
    from chalicelib.accounts.printed_passphrase import printed_passphrases

    context = authentication.client_context(request)
    printed_passphrases().reset(body, request.id, context, request.language)
    return MessageResponse("Password changed. Sign in with your new password.")


@blueprint.endpoint(
    "POST",
    "/email/verification",
    # Staff verify their email before they set up a second factor
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    status=202,
    errors=(InvalidFields, TooManyAttempts),
    event=LogEvent.EMAIL_VERIFICATION_REQUESTED,
)
def ask_for_verification(request: Request, current_user: CurrentUser) -> MessageResponse:
    """Send a link that verifies the account's email, unless it is verified already."""
    from chalicelib.accounts.email_verification import email_verification

    email_verification().send_link(current_user.account, request.received_at)
    return MessageResponse(
        "If your email address isn’t confirmed yet, we sent a confirmation link to it."
    )


@blueprint.endpoint(
    "POST",
    "/email/verify",
    access=authentication.SIGNED_IN_SECOND_FACTOR_OPTIONAL,
    event=LogEvent.EMAIL_VERIFIED,
)
def verify_email(
    request: Request, current_user: CurrentUser, body: EmailVerificationToken
) -> Response[Account]:
    """Verify the signed-in account's email with the token from the link."""
    from chalicelib.accounts.email_verification import email_verification

    account, now = current_user.account, request.received_at
    return Response(email_verification().verify(account, body.token, request.id, now))
