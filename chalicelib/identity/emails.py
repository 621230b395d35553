"""Emails about an account: links that its owner asked for, and notices of changes."""

from collections.abc import Sequence

from chalicelib.identity.account import Account
from chalicelib.platform import emails, mail, settings
from chalicelib.platform.emails import EmailTemplate
from chalicelib.platform.languages import Language
from chalicelib.platform.mail import Message

_NOT_YOU = {
    Language.ENGLISH: "If this wasn’t you, reset your password now or contact the office.",
    Language("es"): "Si no fue usted, cambie su contraseña ahora o comuníquese con la oficina.",
}

RESET_BY_STAFF: EmailTemplate = {
    Language.ENGLISH: (
        "Reset your Breeze Lakes Point password",
        (
            "Staff at the office started a password reset for your account, {username}. Use this "
            "link to choose a new password. It works once and expires in 1 hour:"
        ),
        "If you didn’t ask for this, ignore this email. Your password won’t change.",
    ),
    Language("es"): (
        "Restablezca su contraseña de Breeze Lakes Point",
        (
            "El personal de la oficina inició el cambio de contraseña de su cuenta, {username}. "
            "Use este enlace para elegir una contraseña nueva. Funciona una sola vez y vence en 1 "
            "hora:"
        ),
        "Si usted no lo pidió, ignore este mensaje. Su contraseña no cambiará.",
    ),
}
FORGOTTEN: EmailTemplate = {
    Language.ENGLISH: (
        "Reset your Breeze Lakes Point password",
        (
            "We got a request to reset the password for your account, {username}. Use this link to "
            "choose a new password. It works once and expires in 1 hour:"
        ),
        "If you didn’t ask for this, ignore this email. Your password won’t change.",
    ),
    Language("es"): (
        "Restablezca su contraseña de Breeze Lakes Point",
        (
            "Recibimos una solicitud para cambiar la contraseña de su cuenta, {username}. Use este "
            "enlace para elegir una contraseña nueva. Funciona una sola vez y vence en 1 hora:"
        ),
        "Si usted no lo pidió, ignore este mensaje. Su contraseña no cambiará.",
    ),
}
VERIFICATION: EmailTemplate = {
    Language.ENGLISH: (
        "Confirm your email address",
        (
            "Confirm your email address so we can send your receipt and help you reset your "
            "password. You need to sign in first. This link expires in 1 hour:"
        ),
        "If you don’t have an account with us, ignore this email.",
    ),
    Language("es"): (
        "Confirme su correo electrónico",
        (
            "Confirme que este correo es suyo para recibir su comprobante y poder cambiar su "
            "contraseña. Primero tiene que iniciar sesión. El enlace vence en 1 hora:"
        ),
        "Si no tiene cuenta con nosotros, ignore este mensaje.",
    ),
}
SIGN_UP: EmailTemplate = {
    Language.ENGLISH: (
        "Create your account",
        (
            "Use this link to create an account with this email address. It works once and "
            "expires in 1 hour:"
        ),
        "If you didn’t ask for this, ignore this email.",
    ),
    Language("es"): (
        "Cree su cuenta",
        (
            "Con este enlace puede crear una cuenta con este correo. Funciona una sola vez y "
            "vence en 1 hora:"
        ),
        "Si usted no lo pidió, ignore este mensaje.",
    ),
}
ACCOUNT_EXISTS: EmailTemplate = {
    Language.ENGLISH: (
        "You already have an account",
        (
            "You asked to create an account with this email address, and there is one already. "
            "Sign in with this address, or choose a new password here:"
        ),
        "If you didn’t ask for this, ignore this email.",
    ),
    Language("es"): (
        "Usted ya tiene una cuenta",
        (
            "Pidió crear una cuenta con este correo y ya existe una. Inicie sesión con este "
            "correo o elija una contraseña nueva aquí:"
        ),
        "Si usted no lo pidió, ignore este mensaje.",
    ),
}
_NOTICES: dict[str, EmailTemplate] = {
    settings.EMAIL_CHANGE_STARTED: {
        Language.ENGLISH: (
            "A change of your email address has started",
            (
                "Someone who knows your password asked to replace this email address on your "
                "account. Until the new address is confirmed, this one stays."
            ),
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "Se pidió cambiar su correo",
            (
                "Alguien que conoce su contraseña pidió cambiar el correo de su cuenta. Hasta que "
                "se confirme el correo nuevo, sigue valiendo este."
            ),
            _NOT_YOU[Language("es")],
        ),
    },
    settings.USERNAME_REPLACED: {
        Language.ENGLISH: (
            "Your username has changed",
            (
                "Your username was an email address. Another person proved that the address is "
                "theirs, so your account has a new username. Your data didn’t change. Sign in "
                "with this email address to see it."
            ),
            "Do you have questions? Contact the office.",
        ),
        Language("es"): (
            "Su nombre de usuario cambió",
            (
                "Su nombre de usuario era un correo electrónico. Otra persona demostró que ese "
                "correo es suyo, así que su cuenta tiene un nombre de usuario nuevo. Sus datos no "
                "cambiaron. Para verlo, inicie sesión con este correo."
            ),
            "¿Tiene preguntas? Comuníquese con la oficina.",
        ),
    },
    settings.ACCOUNTS_MERGED: {
        Language.ENGLISH: (
            "We merged your two accounts",
            (
                "You had two accounts. The office merged them: this account now has all of your "
                "registrations, and the other one is closed. Sign in as before."
            ),
            "If you didn’t ask for this, contact the office.",
        ),
        Language("es"): (
            "Unimos sus dos cuentas",
            (
                "Usted tenía dos cuentas. La oficina las unió: ahora esta cuenta tiene todas sus "
                "inscripciones y la otra está cerrada. Inicie sesión como siempre."
            ),
            "Si usted no lo pidió, comuníquese con la oficina.",
        ),
    },
    settings.ACCOUNT_CLOSED: {
        Language.ENGLISH: (
            "We closed one of your two accounts",
            (
                "The office merged the account with this email address into another account of "
                "yours. Your registrations are there now. Sign in with the other account."
            ),
            "If you didn’t ask for this, contact the office right away.",
        ),
        Language("es"): (
            "Cerramos una de sus dos cuentas",
            (
                "La oficina unió la cuenta que tenía este correo con otra cuenta suya. Sus "
                "inscripciones están ahora allí. Inicie sesión con la otra cuenta."
            ),
            "Si usted no lo pidió, comuníquese con la oficina de inmediato.",
        ),
    },
    settings.PASSWORD_CHANGED: {
        Language.ENGLISH: (
            "Your password was changed",
            "The password for your account was changed. All other devices were signed out.",
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "Su contraseña cambió",
            (
                "La contraseña de su cuenta cambió. Se cerró la sesión en todos los demás "
                "dispositivos."
            ),
            _NOT_YOU[Language("es")],
        ),
    },
    settings.PASSWORD_RESET: {
        Language.ENGLISH: (
            "Your password was reset",
            (
                "Someone used a one-time link to choose a new password for your account. All "
                "devices were signed out."
            ),
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "Su contraseña se restableció",
            (
                "Alguien usó un enlace de un solo uso para elegir una contraseña nueva para su "
                "cuenta. Se cerró la sesión en todos los dispositivos."
            ),
            _NOT_YOU[Language("es")],
        ),
    },
    settings.SECOND_FACTOR_SET: {
        Language.ENGLISH: (
            "Two-step verification is on",
            (
                "You’ll now enter a code from your authenticator app when you sign in. All other "
                "devices were signed out."
            ),
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "La verificación en dos pasos está activada",
            (
                "A partir de ahora, al iniciar sesión escribirá un código de su aplicación de "
                "autenticación. Se cerró la sesión en todos los demás dispositivos."
            ),
            _NOT_YOU[Language("es")],
        ),
    },
    settings.SECOND_FACTOR_REMOVED: {
        Language.ENGLISH: (
            "Two-step verification is off",
            "Your account no longer asks for a code. You sign in with your password only.",
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "La verificación en dos pasos está desactivada",
            "Su cuenta ya no pide un código. Inicie sesión solo con su contraseña.",
            _NOT_YOU[Language("es")],
        ),
    },
    settings.EMAIL_CHANGED: {
        Language.ENGLISH: (
            "Your email address was changed",
            "This email address was removed from your account or replaced with another one.",
            "If this wasn’t you, contact the office. Someone else may know your password.",
        ),
        Language("es"): (
            "Su correo cambió",
            "Este correo se quitó de su cuenta o se reemplazó por otro.",
            (
                "Si no fue usted, comuníquese con la oficina. Es posible que otra persona conozca "
                "su contraseña."
            ),
        ),
    },
}


# By the number of recovery codes that are left after one was used.
_RECOVERY_CODES_LEFT: dict[int, EmailTemplate] = {
    3: {
        Language.ENGLISH: (
            "You have 3 recovery codes left",
            "Someone signed in to your account with a recovery code. You have 3 codes left.",
            "Get new recovery codes on your account page before you run out.",
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "Le quedan 3 códigos de recuperación",
            "Alguien inició sesión en su cuenta con un código de recuperación. Le quedan 3.",
            "Pida códigos nuevos en la página de su cuenta antes de que se le acaben.",
            _NOT_YOU[Language("es")],
        ),
    },
    1: {
        Language.ENGLISH: (
            "You have 1 recovery code left",
            "Someone signed in to your account with a recovery code. You have 1 code left.",
            "Get new recovery codes on your account page now.",
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "Le queda 1 código de recuperación",
            "Alguien inició sesión en su cuenta con un código de recuperación. Le queda 1.",
            "Pida códigos nuevos ahora en la página de su cuenta.",
            _NOT_YOU[Language("es")],
        ),
    },
    0: {
        Language.ENGLISH: (
            "You have no recovery codes left",
            "Someone signed in to your account with your last recovery code.",
            (
                "Get new recovery codes on your account page now. Without them you can’t sign in "
                "if you lose your authenticator app."
            ),
            _NOT_YOU[Language.ENGLISH],
        ),
        Language("es"): (
            "No le quedan códigos de recuperación",
            "Alguien inició sesión en su cuenta con su último código de recuperación.",
            (
                "Pida códigos nuevos ahora en la página de su cuenta. Sin ellos no podrá iniciar "
                "sesión si pierde su aplicación de autenticación."
            ),
            _NOT_YOU[Language("es")],
        ),
    },
}


def to_address(to: str, language: Language | None, template: EmailTemplate, url: str) -> Message:
    """Write the email with a sign-up link, for an address without an account."""
    return emails.render(to, language, template, link=url)


def with_link(to: str, account: Account, template: EmailTemplate, url: str) -> Message:
    """Write an email that contains a link."""
    return emails.render(to, account.language, template, link=url, username=account.username)


def notify(account: Account, *notices: str) -> None:
    """Email the owner of an account about changes to it, if they can be reached.

    The service sends no notices to an unverified address, which may belong to another person.

    Args:
        account: the account before the change.
        notices: of ``settings.NOTICES``; the function omits those that the stage does not send.
    """
    if to := account.verified_email:
        for notice in filter(emails.is_enabled, notices):
            mail.send(emails.render(to, account.language, _NOTICES[notice]))


def email_recovery_codes_left(account: Account, left: int) -> None:
    """Email the owner of an account, if they can be reached, that few recovery codes are left.

    Args:
        account: the account.
        left: how many there are; for most numbers the function sends nothing.
    """
    to, template = account.verified_email, _RECOVERY_CODES_LEFT.get(left)
    if to and template and emails.is_enabled(settings.RECOVERY_CODES_LOW):
        mail.send(emails.render(to, account.language, template))


def all_templates() -> Sequence[EmailTemplate]:
    """Return every email template of this module."""
    links = (RESET_BY_STAFF, FORGOTTEN, VERIFICATION, SIGN_UP, ACCOUNT_EXISTS)
    return (*links, *_NOTICES.values(), *_RECOVERY_CODES_LEFT.values())
