"""All that pages say, in English and in Spanish."""

from collections.abc import Mapping

from chalicelib.identity.role import Role
from chalicelib.platform import settings
from chalicelib.platform.languages import Language
from chalicelib.registrations import labels
from chalicelib.registrations.emails import NEXT_STEPS

_LANGUAGES = (Language.ENGLISH, Language("es"))


def text(name: str, language: Language, *, default: str | None = None) -> str:
    """Return a text.

    Args:
        name: its name in ``TEXTS``.
        language: the reader's.
        default: returned where there is none; None where there has to be one.
    """
    if name == "shortest":
        return str(settings.current().minimum_password_length)
    if name not in TEXTS and default is not None:
        return default
    return TEXTS[name][_LANGUAGES.index(language)]


def label(choice: str, language: Language) -> str:
    """Return what people call something that can be chosen."""
    return choice_labels(language).get(choice, choice)


def choice_labels(language: Language) -> Mapping[str, str]:
    """Return what people call each choice of the form, each status, role and recorded action."""
    roles = {
        role.value: ROLES_IN_SPANISH[role] if language is Language("es") else role.value
        for role in Role
    }
    done = {action: said[_LANGUAGES.index(language)] for action, said in ACTIONS.items()}
    return {**labels.labels(language), **roles, **done}


def messages(language: Language) -> Mapping[str, str]:
    """Return what the service's sentences say in a language, a number sign for each number.

    The service answers in English, which needs an entry only where clients compare the sentence.
    """
    return MESSAGES_IN_SPANISH if language is Language("es") else MESSAGES_IN_ENGLISH


def translate(message: str, language: Language) -> str:
    """Return one of the service's sentences in a language; it has no numbers in it."""
    return messages(language).get(message, message)


TEXTS: dict[str, tuple[str, str]] = {
    # The frame.
    "skip": ("Skip to main content", "Ir al contenido principal"),
    "noScript": (
        (
            "This site needs JavaScript. Turn it on in your browser settings, or ask for help at "
            "the office."
        ),
        "Este sitio necesita JavaScript. Actívelo en su navegador o pida ayuda en la oficina.",
    ),
    "unsupported": (
        (
            "This page didn’t load completely. Reload it. If that doesn’t help, update your "
            "browser: this site works with Safari 15, Chrome 89, Edge 89, Firefox 89, and later "
            "versions. The office can help, too."
        ),
        (
            "Esta página no se cargó por completo. Vuelva a cargarla. Si no funciona, actualice su "
            "navegador: este sitio funciona con Safari 15, Chrome 89, Edge 89, Firefox 89 y "
            "versiones más recientes. También puede pedir ayuda en la oficina."
        ),
    ),
    "cookiesBlocked": (
        (
            "Your browser blocks cookies, and you can’t sign in without them. Allow cookies for "
            "this site in your browser’s settings, then reload this page."
        ),
        (
            "Su navegador bloquea las cookies y sin ellas no se puede iniciar sesión. Permita las "
            "cookies de este sitio en su navegador y vuelva a cargar esta página."
        ),
    ),
    "menu": ("Menu", "Menú"),
    "dashboard": ("Home", "Inicio"),
    "register": ("Register for an event", "Inscribirse en un evento"),
    "account": ("My account", "Mi cuenta"),
    "staff": ("Registrations", "Inscripciones"),
    "walkIn": ("Add a walk-in", "Inscribir en la oficina"),
    "summary": ("Summary", "Resumen"),
    "people": ("Accounts", "Cuentas"),
    "events": ("Events", "Eventos"),
    "signOut": ("Sign out", "Cerrar sesión"),
    "stillSignedIn": (
        (
            "You’re still signed in on this device. We can’t reach the service right now. Check "
            "your connection and try again."
        ),
        (
            "Su sesión sigue abierta en este dispositivo. No podemos conectarnos. Revise su "
            "conexión e inténtelo de nuevo."
        ),
    ),
    "staffOnly": ("Staff only", "Solo para el personal"),
    "staffOnlyHelp": (
        "Your account doesn’t have access to this page. If you need it, ask an administrator.",
        "Su cuenta no tiene acceso a esta página. Si lo necesita, pídalo a un administrador.",
    ),
    "loading": ("Loading…", "Cargando…"),
    "tryAgain": ("Try again", "Intentar de nuevo"),
    "cancel": ("Cancel", "Cancelar"),
    "close": ("Close", "Cerrar"),
    "save": ("Save", "Guardar"),
    "show": ("Show", "Mostrar"),
    "hide": ("Hide", "Ocultar"),
    "apply": ("Apply", "Aplicar"),
    "yes": ("Yes", "Sí"),
    "no": ("No", "No"),
    "nothing": ("(blank)", "(vacío)"),
    "goOn": ("Continue", "Continuar"),
    # What can go wrong anywhere.
    "problems": (
        "There is a problem. Fix the following:",
        "Hay un problema. Corrija lo siguiente:",
    ),
    "tooLong": (
        "Use {longest} characters or fewer. You entered {count}.",
        "Use {longest} caracteres o menos. Usted escribió {count}.",
    ),
    "unreachable": (
        (
            "We can’t reach the service. What you typed is still here. Check your connection and "
            "try again."
        ),
        (
            "No podemos conectarnos. No se perdió nada de lo que escribió. Revise su conexión e "
            "inténtelo de nuevo."
        ),
    ),
    "waitSeconds.one": ("Try again in {count} second.", "Inténtelo de nuevo en {count} segundo."),
    "waitSeconds.other": (
        "Try again in {count} seconds.",
        "Inténtelo de nuevo en {count} segundos.",
    ),
    "waitMinutes.one": ("Try again in {count} minute.", "Inténtelo de nuevo en {count} minuto."),
    "waitMinutes.other": (
        "Try again in {count} minutes.",
        "Inténtelo de nuevo en {count} minutos.",
    ),
    # Signing in and up.
    "title.signin": ("Sign in", "Iniciar sesión"),
    "title.signup": ("Create account", "Crear una cuenta"),
    "title.sign-up-link": ("Create account", "Crear una cuenta"),
    "title.forgot": ("Reset your password", "Restablecer la contraseña"),
    "title.reset": ("Choose a new password", "Elija una contraseña nueva"),
    "title.verify": (
        "Confirm your email address",
        "Confirme su correo electrónico",
    ),
    "signIn": ("Sign in", "Iniciar sesión"),
    "makeAccount": ("Create account", "Crear una cuenta"),
    "severalSessions": (
        (
            "Your browser sent more than one session, so we can’t tell which account to open. Sign "
            "in again. If you see this message again, delete this site’s cookies in your browser’s "
            "settings, and sign in."
        ),
        (
            "Su navegador envió más de una sesión y no sabemos qué cuenta abrir. Inicie sesión de "
            "nuevo. Si vuelve a ver este mensaje, borre las cookies de este sitio en su navegador "
            "e inicie sesión."
        ),
    ),
    "newHere": ("New here?", "¿Es su primera vez?"),
    "haveAccount": ("Already have an account?", "¿Ya tiene una cuenta?"),
    "takenHelp": (
        "Is {email} your email address? We can email you a link to create your account with it.",
        "¿Es {email} su correo? Podemos enviarle un enlace para crear su cuenta con él.",
    ),
    "sendSignUpLink": (
        "Email me a link",
        "Enviarme un enlace por correo",
    ),
    "signUpLinkSent": (
        "We sent an email to {email}. Open it to continue. Check your spam folder, too.",
        (
            "Le enviamos un mensaje a {email}. Ábralo para continuar. Revise también su correo no "
            "deseado."
        ),
    ),
    "signUpLinkHelp": (
        "Your account gets the email address that this link was sent to.",
        "Su cuenta tendrá el correo al que se envió este enlace.",
    ),
    "signUpLinkOver": (
        "Links work once and expire after 1 hour. Request a new one here.",
        "Los enlaces funcionan una sola vez y vencen en 1 hora. Pida otro aquí.",
    ),
    "username": ("Username", "Nombre de usuario"),
    "usernameHint": (
        "At least 3 letters or numbers, no spaces. Write it down. You’ll need it to sign in.",
        (
            "Por lo menos 3 letras o números, sin espacios. Anótelo: lo va a necesitar para "
            "iniciar sesión."
        ),
    ),
    "usernameOrEmail": ("Username or email", "Nombre de usuario o correo"),
    "password": ("Password", "Contraseña"),
    "newPassword": ("New password", "Contraseña nueva"),
    "currentPassword": ("Current password", "Contraseña actual"),
    "showPassword": ("Show password", "Mostrar la contraseña"),
    "hidePassword": ("Hide password", "Ocultar la contraseña"),
    "forgotten": ("Forgot your password?", "¿Olvidó su contraseña?"),
    "email": ("Email address", "Correo electrónico"),
    "emailHint": (
        (
            "We’ll email you a link to confirm it. You’ll need it to get your receipt and to reset "
            "your password online."
        ),
        (
            "Le enviaremos un enlace para confirmarlo. Lo necesita para recibir su comprobante y "
            "para restablecer su contraseña por internet."
        ),
    ),
    "noEmail": ("I don’t have an email address", "No tengo correo electrónico"),
    "withoutEmail": (
        "That’s OK. If you forget your password, staff at the office can help. Bring a photo ID.",
        (
            "No hay problema. Si olvida su contraseña, en la oficina le ayudamos. Traiga una "
            "identificación con foto."
        ),
    ),
    "suggest": ("Suggest a password for me", "Sugerirme una contraseña"),
    "suggested": (
        "Write this password down before you continue. The spaces are part of it.",
        "Anote esta contraseña antes de continuar. Los espacios son parte de ella.",
    ),
    "adviceEmpty": (
        "Use at least {shortest} characters. Three or more unrelated words work well.",
        "Use por lo menos {shortest} caracteres. Tres o más palabras sin relación funcionan bien.",
    ),
    "adviceLength.one": ("{count} more character needed", "Falta {count} carácter"),
    "adviceLength.other": ("{count} more characters needed", "Faltan {count} caracteres"),
    "adviceTooLong": (
        "Too long: use {longest} characters or fewer.",
        "Demasiado larga: use {longest} caracteres o menos.",
    ),
    "adviceName": (
        "Don’t use your name, username or email.",
        "No use su nombre, su nombre de usuario ni su correo.",
    ),
    "adviceRepeats": (
        "Too repetitive. Use different words.",
        "Es muy repetitiva. Use palabras diferentes.",
    ),
    "adviceGood": ("That’s long enough.", "Ya tiene el largo suficiente."),
    "forgotHelp": (
        (
            "If your account has a confirmed email address, we’ll send you a reset link. It "
            "works once and expires in 1 hour."
        ),
        (
            "Si su cuenta tiene un correo confirmado, le enviaremos un enlace. Funciona una "
            "sola vez y vence en 1 hora."
        ),
    ),
    "forgotDesk": (
        "No email on your account? Staff at the office can give you a reset link.",
        "¿No tiene correo? En la oficina le podemos dar un enlace.",
    ),
    "sendLink": ("Send reset link", "Enviar el enlace"),
    "linkSent": (
        "Check your email",
        "Revise su correo electrónico",
    ),
    "linkSentHelp": (
        (
            "If that account has a confirmed email address, we sent a reset link to it. Check "
            "your spam folder, too."
        ),
        (
            "Si esa cuenta tiene un correo confirmado, ya le enviamos un enlace. Revise "
            "también su correo no deseado."
        ),
    ),
    "backToSignIn": ("Back to sign in", "Regresar a iniciar sesión"),
    "resetHelp": (
        "You’ll be signed out on all your devices.",
        "Se cerrará la sesión en todos sus dispositivos.",
    ),
    "takePassword": ("Save password", "Guardar contraseña"),
    "passwordSet": ("Your password has been changed", "Su contraseña se cambió"),
    "passwordSetHelp": (
        "You can now sign in with your new password.",
        "Ya puede iniciar sesión con su contraseña nueva.",
    ),
    "linkOver": (
        "This link no longer works",
        "Este enlace ya no funciona",
    ),
    "linkOverHelp": (
        "Links work once and expire after 1 hour. Request a new one here or at the office.",
        "Los enlaces funcionan una sola vez y vencen en 1 hora. Pida otro aquí o en la oficina.",
    ),
    "askForLink": (
        "Request a new link",
        "Pedir otro enlace",
    ),
    "verifyHelp": (
        "Select the button to confirm that this is your email address.",
        "Toque el botón para confirmar que este correo es suyo.",
    ),
    "verifyNow": (
        "Confirm email address",
        "Confirmar mi correo",
    ),
    "verified": (
        "Email address confirmed",
        "Correo confirmado",
    ),
    "verifyOverHelp": (
        (
            "Links work once, expire after 1 hour, and work only for the account that asked for "
            "them. Go to your account to get a new one."
        ),
        (
            "Los enlaces funcionan una sola vez, vencen en 1 hora y solo sirven para la cuenta que "
            "los pidió. Pida otro desde su cuenta."
        ),
    ),
    "goToAccount": ("Go to my account", "Ir a mi cuenta"),
    "signedInAsAccount": (
        "You’re signed in as {username}.",
        "Inició sesión como {username}.",
    ),
    "signInToVerify": (
        "Sign in to confirm your email address. Don’t have an account?",
        "Inicie sesión para confirmar su correo. ¿No tiene una cuenta?",
    ),
    "linkIncomplete": (
        "Your link is incomplete",
        "Su enlace está incompleto",
    ),
    "linkIncompleteHelp": (
        (
            "Some email programs open only part of a link. Copy the full link from the email and "
            "paste it here."
        ),
        (
            "Algunos programas de correo abren solo una parte del enlace. Copie el enlace completo"
            " del mensaje y péguelo aquí."
        ),
    ),
    "wholeLink": (
        "Full link",
        "Enlace completo",
    ),
    "wholeLinkHint": ("It contains #token=.", "Contiene #token=."),
    "useLink": (
        "Use this link",
        "Usar este enlace",
    ),
    "notThisLink": (
        "Paste the full link from the email. It starts with https:// and has #token= in it.",
        "Pegue el enlace completo del mensaje. Empieza con https:// y contiene #token=.",
    ),
    # The status of the user's registration.
    "title.dashboard": ("Your registrations", "Sus inscripciones"),
    "title.register": ("Register for an event", "Inscribirse en un evento"),
    "title.form": ("Registration", "Inscripción"),
    "reference": ("Reference number {reference}", "Número de referencia {reference}"),
    "openUntil": ("Register by {moment}.", "Inscríbase a más tardar el {moment}."),
    "opensAt": ("Registration opens {moment}.", "La inscripción abre el {moment}."),
    "closedAt": ("Registration closed {moment}.", "La inscripción cerró el {moment}."),
    "fromTo": ("{from} – {to}", "Del {from} al {to}"),
    "registerNow": ("Register", "Inscribirse"),
    "continueDraft": ("Continue registration", "Continuar mi inscripción"),
    "seeRegistration": ("View registration", "Ver mi inscripción"),
    "nothingOpen": (
        "No events are open for registration right now.",
        "En este momento no hay eventos con inscripción abierta.",
    ),
    "noSuchEvent": ("We couldn’t find that event.", "No encontramos ese evento."),
    "explainTooLate": (
        "Registration closed before you submitted this. Ask at the office if you can still apply.",
        (
            "La inscripción cerró antes de que la enviara. Pregunte en la oficina si todavía puede "
            "inscribirse."
        ),
    ),
    "usernameReplaced": (
        (
            "Your username is {username} now. You used an email address to sign in, and another "
            "person has confirmed that it’s theirs. Your data didn’t change. Write down your new "
            "username."
        ),
        (
            "Su nombre de usuario ahora es {username}. Usted iniciaba sesión con un correo y otra "
            "persona confirmó que es suyo. Sus datos no cambiaron. Anote su nuevo nombre de "
            "usuario."
        ),
    ),
    "renamedRead": (
        "I wrote it down",
        "Ya lo anoté",
    ),
    "positionInLine": (
        "Your position on the waiting list: {position}.",
        "Su posición en la lista de espera: {position}.",
    ),
    "offerUntil": (
        "A spot is free for you. Accept or decline it by {moment}.",
        "Hay un lugar para usted. Acéptelo o rechácelo a más tardar el {moment}.",
    ),
    "acceptOffer": ("Accept the spot", "Aceptar el lugar"),
    "declineOffer": ("Decline", "Rechazar"),
    "declineSure": (
        "Decline the spot? This withdraws your registration.",
        "¿Rechazar el lugar? Con esto se retira su inscripción.",
    ),
    "offerAccepted": ("The spot is yours.", "El lugar es suyo."),
    "offerDeclined": ("You declined the spot.", "Rechazó el lugar."),
    "explainExpired": (
        (
            "We offered you a spot until {moment} and didn’t hear from you, so your "
            "registration is withdrawn. You can submit it again while registration is open."
        ),
        (
            "Le ofrecimos un lugar hasta el {moment} y no recibimos respuesta, así que su "
            "inscripción quedó retirada. Puede enviarla de nuevo mientras la inscripción "
            "esté abierta."
        ),
    ),
    # What each status means to the applicant.
    **{
        f"explain{status}": (NEXT_STEPS[_LANGUAGES[0]][status], NEXT_STEPS[_LANGUAGES[1]][status])
        for status in NEXT_STEPS[Language.ENGLISH]
    },
    # The form.
    "formHelp": (
        (
            "We save your answers as you type. You can leave and come back. Answer every "
            "question marked “required” before you submit."
        ),
        (
            "Guardamos sus respuestas mientras escribe. Puede salir y volver. Conteste todo "
            "lo que dice «obligatorio» antes de enviar."
        ),
    ),
    "prefilled": (
        "We filled in your answers from last time. Check that they’re still correct.",
        "Pusimos sus respuestas de la vez pasada. Revise que sigan siendo correctas.",
    ),
    "needed": ("required", "obligatorio"),
    "optional": ("(optional)", "(opcional)"),
    "notBegun": (
        "We’ll save your answers as you type.",
        "Guardaremos sus respuestas mientras escribe.",
    ),
    "saving": ("Saving…", "Guardando…"),
    "saved": ("Saved at {at}", "Guardado a las {at}"),
    "savedWithout": ("Saved at {at}, except: {without}", "Guardado a las {at}, excepto: {without}"),
    "notSaved": (
        "Not saved yet: we can’t reach the service. Keep this tab open. We’ll keep trying.",
        (
            "Todavía no se guardó: no podemos conectarnos. No cierre esta pestaña; lo seguiremos "
            "intentando."
        ),
    ),
    "contested": (
        "Someone else changed this to “{value}”. We kept what you typed.",
        "Otra persona lo cambió a «{value}». Conservamos lo que usted escribió.",
    ),
    "submit": ("Submit registration", "Enviar inscripción"),
    "submitAgain": ("Edit and submit again", "Editar y enviar de nuevo"),
    "submitted": ("Registration submitted", "Inscripción enviada"),
    "saveChanges": ("Save changes", "Guardar los cambios"),
    "duplicates": (
        (
            "The same name and phone number are registered for this event in another account. "
            "It may be the same person."
        ),
        (
            "El mismo nombre y teléfono están inscritos para este evento con otra cuenta. "
            "Puede ser la misma persona."
        ),
    ),
    "duplicatesUnknown": (
        "We couldn’t check whether this person is registered in another account.",
        "No pudimos comprobar si esta persona está inscrita con otra cuenta.",
    ),
    "makeUnchecked": ("Create account anyway", "Crear la cuenta de todos modos"),
    "makeAnyway": ("It’s another person: create account", "Es otra persona: crear cuenta"),
    "phoneOfPersonHint": (
        "We use it to check whether this person is registered already, and for their form.",
        "Lo usamos para ver si esta persona ya está inscrita, y para su formulario.",
    ),
    "changesSaved": ("Changes saved", "Cambios guardados"),
    "backWithoutChange": ("Cancel changes", "Descartar cambios"),
    "back": ("Back", "Regresar"),
    "submittedHelp": (
        "You already submitted this registration. Save your changes to send them.",
        "Ya envió esta inscripción. Guarde sus cambios para enviarlos.",
    ),
    "withdrawnHelp": (
        "You withdrew this registration. Check your answers, then submit it again.",
        "Retiró esta inscripción. Revise sus respuestas y envíela de nuevo.",
    ),
    "draftPrivacy": (
        "Staff can see a draft only if you tell them its reference number: {reference}",
        (
            "El personal solo puede ver un borrador si usted le da su número de referencia: "
            "{reference}"
        ),
    ),
    "draftPrivacyNew": (
        "Staff can see a draft only if you tell them its reference number.",
        "El personal solo puede ver un borrador si usted le da su número de referencia.",
    ),
    "contactHelp": (
        (
            "You can still change your phone numbers, email and address. To change anything else, "
            "contact the office."
        ),
        (
            "Todavía puede cambiar sus teléfonos, su correo y su dirección. Para cambiar otra "
            "cosa, comuníquese con la oficina."
        ),
    ),
    "contactChange": ("Edit contact information", "Editar mis datos de contacto"),
    "lockedDropped": (
        "You can’t change these answers anymore, so we kept the submitted ones: {fields}",
        "Ya no puede cambiar estas respuestas; conservamos las que envió: {fields}",
    ),
    "notSavedYet": ("Changes not saved yet", "Cambios sin guardar"),
    "notSubmittedYet": ("Not submitted yet", "Todavía no la ha enviado"),
    "noChanges": ("No changes yet", "Sin cambios"),
    "leaveSure": (
        "You have changes that aren’t saved. Leave without saving them?",
        "Tiene cambios sin guardar. ¿Salir sin guardarlos?",
    ),
    "leaveUnsaved": ("Leave without saving", "Salir sin guardar"),
    "keepEditing": ("Keep editing", "Seguir editando"),
    "discard": ("Delete draft", "Borrar borrador"),
    "discardSure": (
        "Delete this draft? You can’t undo this.",
        "¿Borrar este borrador? No se puede deshacer.",
    ),
    "withdraw": ("Withdraw registration", "Retirar mi inscripción"),
    "withdrawSure": (
        (
            "Withdraw your registration? You may lose your spot. You can submit again while "
            "registration is open."
        ),
        (
            "¿Retirar su inscripción? Puede perder su lugar. Podrá enviarla de nuevo mientras siga "
            "abierta."
        ),
    ),
    "withdrawNow": ("Withdraw registration", "Sí, retirar"),
    "keepRegistration": ("Keep registration", "Conservar mi inscripción"),
    "withdrawn": ("Registration withdrawn", "Inscripción retirada"),
    "change": ("Edit my answers", "Editar mis respuestas"),
    "print": ("Print", "Imprimir"),
    "printReceipt": ("Print or save as PDF", "Imprimir o guardar como PDF"),
    "yourReference": (
        "Your reference number. Bring it to the office:",
        "Su número de referencia. Tráigalo a la oficina:",
    ),
    "yourAnswers": ("Your answers", "Sus respuestas"),
    "submittedAt": ("Submitted {moment}", "Enviada el {moment}"),
    "group.personal": ("About you", "Sobre usted"),
    "group.contact": ("Contact information", "Cómo comunicarnos con usted"),
    "group.availability": ("When you can work", "Cuándo puede trabajar"),
    "group.work": ("Jobs you want", "Trabajos que le interesan"),
    "group.experience": ("Experience and skills", "Experiencia y habilidades"),
    "group.signature": ("Sign your registration", "Firme su inscripción"),
    "hint.preferredName": ("What should we call you?", "¿Cómo quiere que le llamemos?"),
    "hint.age": (
        "Your age on that day counts, not your age today.",
        "Cuenta la edad que tendrá ese día, no la de hoy.",
    ),
    "ageOn": (
        "The event starts {day}. You must be {age} on that day.",
        "El evento empieza el {day}. Ese día debe tener {age}.",
    ),
    "ageOnAny": ("The event starts {day}.", "El evento empieza el {day}."),
    "mustBe": (
        "You must be {age} on the first day.",
        "El primer día debe tener {age}.",
    ),
    "hint.lastName": ("One name is enough, first or last.", "Basta con uno: nombre o apellido."),
    "hint.ethnicity": (
        "Staff can’t see this next to your name. We only count totals.",
        "El personal no lo ve junto a su nombre. Solo se cuenta en los totales.",
    ),
    "hint.phone1": (
        (
            "10-digit U.S. number, for example 651-555-0123. For other countries, start with "
            "+ and the country code."
        ),
        (
            "Número de EE. UU. de 10 dígitos, por ejemplo 651-555-0123. Si es de otro país, "
            "empiece con + y el código del país."
        ),
    ),
    "none.state": ("Select a state", "Seleccione un estado"),
    "hint.shifts": ("Select all that apply.", "Marque todos los que correspondan."),
    "choice.overnight": ("Overnight, 10 p.m. to 6 a.m.", "Toda la noche, 10 p. m. a 6 a. m."),
    "choice.evening": ("Evening, 2 p.m. to 10 p.m.", "Tarde, 2 p. m. a 10 p. m."),
    "choice.day": ("Midday, 10 a.m. to 6 p.m.", "Mediodía, 10 a. m. a 6 p. m."),
    "choice.morning": ("Morning, 6 a.m. to 2 p.m.", "Mañana, 6 a. m. a 2 p. m."),
    "hint.eventJobs": ("Select all that interest you.", "Marque todos los que le interesen."),
    "hint.vendorJobs": (
        "Food stands, shops and rides. Select all that interest you.",
        "Puestos de comida, tiendas y juegos. Marque todos los que le interesen.",
    ),
    "hint.skills": ("Select all that apply.", "Marque todo lo que corresponda."),
    "hint.regAck": (
        "Checking this box is your signature. We record the date and time.",
        "Al marcar esta casilla usted firma. Guardamos la fecha y la hora.",
    ),
    # The user's own account.
    "title.account": ("Your account", "Su cuenta"),
    "profile": ("Profile", "Perfil"),
    "signedInAs": ("Username:", "Nombre de usuario:"),
    "profileSaved": ("Profile saved", "Perfil guardado"),
    "emailVerified": (
        "{email} (confirmed)",
        "{email} (confirmado)",
    ),
    "emailUnverified": (
        "{email} (not confirmed)",
        "{email} (sin confirmar)",
    ),
    "emailPending": (
        "New address, not confirmed yet: {email}",
        "Correo nuevo, sin confirmar: {email}",
    ),
    "keepEmail": (
        "Cancel the change",
        "Cancelar el cambio",
    ),
    "emailChangeCanceled": (
        "The change is canceled.",
        "Se canceló el cambio.",
    ),
    "emailNone": ("No email address on your account", "No hay correo en su cuenta"),
    "sendVerification": (
        "Send confirmation link",
        "Enviar enlace de confirmación",
    ),
    "verificationSent": (
        "We sent you a link. Check your email.",
        "Le enviamos un enlace. Revise su correo.",
    ),
    "newEmail": ("New email address", "Correo nuevo"),
    "newEmailHint": (
        "Leave blank to remove your email address.",
        "Déjelo en blanco para quitar su correo.",
    ),
    "changeEmail": ("Save email address", "Guardar correo"),
    "emailChanged": (
        "Email address saved",
        "Correo guardado",
    ),
    "changePassword": ("Change password", "Cambiar la contraseña"),
    "passwordChanged": (
        "Password changed. You’ve been signed out on your other devices.",
        "Contraseña cambiada. Se cerró la sesión en sus otros dispositivos.",
    ),
    "sessions": ("Where you’re signed in", "Dónde inició sesión"),
    "sessionsHelp": (
        "Don’t recognize a device? Sign it out and change your password.",
        "Si no reconoce un dispositivo, cierre esa sesión y cambie su contraseña.",
    ),
    "thisDevice": ("This device", "Este dispositivo"),
    "unknownDevice": ("Unknown device", "Dispositivo desconocido"),
    "sessionSince": (
        "Signed in {moment} from {address}",
        "Inició sesión el {moment} desde {address}",
    ),
    "endSession": ("Sign out device", "Cerrar esta sesión"),
    "sessionEnded": ("Device signed out", "Se cerró esa sesión"),
    "signOutEverywhere": ("Sign out of all devices", "Cerrar sesión en todos los dispositivos"),
    "everywhereSure": (
        "Sign out of all devices, including this one?",
        "¿Cerrar la sesión en todos los dispositivos, incluido este?",
    ),
    "yourData": ("Your data", "Sus datos"),
    "exportHelp": (
        "Download a file with everything we have about you.",
        "Descargue un archivo con todo lo que tenemos sobre usted.",
    ),
    "export": ("Download my data", "Descargar mis datos"),
    "deleteHelp": (
        "This permanently deletes your account and all your registrations.",
        "Esto borra para siempre su cuenta y todas sus inscripciones.",
    ),
    "deleteAccount": ("Delete my account", "Borrar mi cuenta"),
    "deleteSure": (
        "Permanently delete your account and all your registrations? You can’t undo this.",
        "¿Borrar para siempre su cuenta y todas sus inscripciones? No se puede deshacer.",
    ),
    "code": ("Verification code", "Código de verificación"),
    "codeHint": (
        "Enter the 6-digit code from your authenticator app, or a recovery code.",
        (
            "Escriba el código de 6 dígitos de su aplicación de autenticación o un código de "
            "recuperación."
        ),
    ),
    "secondFactor": ("Two-step verification", "Verificación en dos pasos"),
    "mustSetUp": (
        (
            "Your account can see other people’s information, so you need to set up two-step "
            "verification before you continue."
        ),
        (
            "Su cuenta da acceso a datos de otras personas. Active la verificación en dos "
            "pasos antes de continuar."
        ),
    ),
    "verifyFirst": (
        (
            "Confirm your email address first, or remove it from your account. Then you can set "
            "this up."
        ),
        "Primero confirme su correo o quítelo de su cuenta. Después podrá configurarla.",
    ),
    "secondFactorHelp": (
        (
            "Add a second step when you sign in, so a stolen password isn’t enough to get "
            "into your account."
        ),
        (
            "Con la verificación en dos pasos, una contraseña robada no basta para entrar en "
            "su cuenta."
        ),
    ),
    "secondFactorOn": (
        (
            "Two-step verification is on. You enter a code from your authenticator app when "
            "you sign in."
        ),
        (
            "La verificación en dos pasos está activada. Al iniciar sesión escribe un código "
            "de su aplicación de autenticación."
        ),
    ),
    "codesLeft.one": (
        "Only {count} recovery code left. Get new recovery codes.",
        "Le queda solo {count} código de recuperación. Pida códigos nuevos.",
    ),
    "codesLeft.other": (
        "Recovery codes left: {count}",
        "Códigos de recuperación sin usar: {count}",
    ),
    "setUp": ("Set up authenticator app", "Configurar una aplicación"),
    "scanHelp": (
        "Scan this QR code with your authenticator app. Then enter the 6-digit code the app shows.",
        (
            "Escanee este código QR con su aplicación de autenticación. Después escriba el código "
            "de 6 dígitos que muestra."
        ),
    ),
    "qrCode": ("QR code for the authenticator app", "Código QR para la aplicación"),
    "secretHelp": (
        "Can’t scan it? Enter this key in the app:",
        "¿No puede escanearlo? Escriba esta clave en la aplicación:",
    ),
    "codeShown": ("6-digit code", "Código de 6 dígitos"),
    "turnOn": ("Turn on", "Activar"),
    "recoveryHelp": (
        (
            "Save these recovery codes now. You won’t see them again. If you lose your "
            "authenticator app, each code signs you in once."
        ),
        (
            "Guarde ahora estos códigos de recuperación. No los volverá a ver. Si pierde su "
            "aplicación, cada código sirve una vez para iniciar sesión."
        ),
    ),
    "download": ("Download codes", "Descargar códigos"),
    "otherCodes": ("Get new recovery codes", "Pedir códigos de recuperación nuevos"),
    "turnOff": ("Turn off two-step verification", "Desactivar la verificación en dos pasos"),
    "secondFactorSet": ("Two-step verification is on", "Verificación en dos pasos activada"),
    "secondFactorRemoved": (
        "Two-step verification is off",
        "Verificación en dos pasos desactivada",
    ),
    "removeFactor": ("Turn off two-step verification", "Desactivar su verificación en dos pasos"),
    "factorSure": (
        (
            "Turn off two-step verification for {who}? They’ll be able to sign in with only a "
            "password. First make sure it’s really them."
        ),
        "¿Desactivar la verificación en dos pasos de {who}? Confirme primero que es esa persona.",
    ),
    # Staff.
    "title.staff": ("Registrations", "Inscripciones"),
    "title.record": ("Registration", "Inscripción"),
    "title.walk-in": ("Add a walk-in registration", "Inscribir a una persona en la oficina"),
    "title.people": ("Accounts", "Cuentas"),
    "title.events": ("Events", "Eventos"),
    "title.waiting-list": ("Waiting list", "Lista de espera"),
    "waitingList": ("Waiting list", "Lista de espera"),
    "title.summary": ("Summary", "Resumen"),
    "filter.status": ("Status", "Estado de la inscripción"),
    "filter.shift": ("Shift", "Turno"),
    "filter.job": ("Job", "Trabajo"),
    "filter.age": ("Age", "Edad"),
    "filter.workAll": ("Can work every day", "Puede trabajar todos los días"),
    "filter.preEvent": ("Can work before the event", "Puede trabajar antes del evento"),
    "filter.postEvent": ("Can work after the event", "Puede trabajar después del evento"),
    "event": ("Event", "Evento"),
    "any": ("Any", "Cualquiera"),
    "more": ("Load more", "Ver más"),
    "older": ("Show older", "Ver anteriores"),
    "name": ("Name", "Nombre"),
    "noEvents": ("No events yet", "Todavía no hay eventos"),
    "foundSome.one": ("Showing the first {count}. There are more.", "Se muestra {count}. Hay más."),
    "foundSome.other": (
        "Showing the first {count}. There are more.",
        "Se muestran {count}. Hay más.",
    ),
    "foundAccounts.one": ("{count} account", "{count} cuenta"),
    "foundAccounts.other": ("{count} accounts", "{count} cuentas"),
    "foundNone": (
        "No registrations match. Check the spelling, or clear the search and filters.",
        "Ninguna inscripción coincide. Revise la búsqueda y los filtros.",
    ),
    "foundNobody": ("No accounts found", "No se encontraron cuentas"),
    "usernameReplacedAt": (
        "Username replaced on {moment}",
        "Nombre de usuario cambiado el {moment}",
    ),
    "byAt": ("{who}, {moment}", "{who}, {moment}"),
    "changedMeanwhile": (
        (
            "Someone else saved changes while you were editing. Your changes are still here. "
            "Review theirs, then save again."
        ),
        (
            "Otra persona guardó cambios mientras usted editaba. Sus cambios siguen aquí: revise y "
            "guarde de nuevo."
        ),
    ),
    # The list of registrations.
    "sort": ("Sort by", "Ordenar por"),
    "sort.submittedAt": ("Oldest first", "Primero la más antigua"),
    "sort.-submittedAt": ("Newest first", "Primero la más reciente"),
    "sort.lastName": ("Last name (A–Z)", "Apellido (A–Z)"),
    "searchHint": (
        "Name, reference number, email, username, or last 4 digits of the phone number.",
        "Nombre, número de referencia, correo, usuario o últimos 4 números del teléfono.",
    ),
    "referenceWord": ("Reference number", "Número de referencia"),
    "referenceColumn": ("Ref. no.", "N.º de ref."),
    "filters.title": ("Filters", "Filtros"),
    "showEverything": ("Clear search and filters", "Quitar la búsqueda y los filtros"),
    "filed": ("Date", "Fecha"),
    "chooseAll": ("Select all shown", "Seleccionar todas las que se ven"),
    "choose": ("Select {name}", "Seleccionar a {name}"),
    "chosen.one": ("{count} selected", "{count} seleccionada"),
    "chosen.other": ("{count} selected", "{count} seleccionadas"),
    "noCommonMove": (
        (
            "The selected registrations can’t all change to the same status. Select ones that have "
            "the same status now."
        ),
        "Las seleccionadas no pueden pasar todas al mismo estado.",
    ),
    "moveTo": ("Change status to", "Cambiar estado a"),
    "moveNote": ("Reason (optional, staff only)", "Motivo (opcional, solo para el personal)"),
    "move.Submitted": ("Move to submitted", "Pasar a enviada"),
    "move.Waitlisted": ("Move to waiting list", "Pasar a lista de espera"),
    "move.InReview": ("Move to review", "Pasar a revisión"),
    "move.Interview": ("Move to interview", "Pasar a entrevista"),
    "move.Hired": ("Hire", "Contratar"),
    "move.Declined": ("Decline", "No seleccionar"),
    "move.Withdrawn": ("Withdraw", "Retirar"),
    "moveSure": (
        "Change {who} to “{status}”? We’ll email applicants who confirmed their email address.",
        "¿Cambiar {who} a «{status}»? Avisaremos por correo a quienes confirmaron su correo.",
    ),
    "reviewSure": (
        "Change {who} to “{status}”? Applicants get no email.",
        "¿Cambiar {who} a «{status}»? No se envía ningún correo.",
    ),
    "hireSure": (
        "Hire {who}? We’ll send an email that says “You’re hired” to each confirmed email address.",
        (
            "¿Contratar: {who}? Enviaremos un correo que dice «tiene el trabajo» a cada correo "
            "confirmado."
        ),
    ),
    "declineStaffSure": (
        (
            "Decline {who}? We’ll send an email that says “We can’t offer you a job at this event” "
            "to each confirmed email address. A spot they hold becomes free."
        ),
        (
            "¿No seleccionar: {who}? Enviaremos un correo que dice «No podemos ofrecerle trabajo» "
            "a cada correo confirmado. Si ocupa un lugar, queda libre."
        ),
    ),
    "withdrawStaffSure": (
        (
            "Withdraw {who}? We’ll send an email that says the registration was withdrawn to each "
            "confirmed email address. A spot they hold becomes free."
        ),
        (
            "¿Retirar: {who}? Enviaremos un correo que dice que la inscripción fue retirada a cada "
            "correo confirmado. Si ocupa un lugar, queda libre."
        ),
    ),
    "someRegistrations.one": ("{count} registration", "{count} inscripción"),
    "someRegistrations.other": ("{count} registrations", "{count} inscripciones"),
    "moved.one": ("{count} registration updated", "{count} inscripción actualizada"),
    "moved.other": ("{count} registrations updated", "{count} inscripciones actualizadas"),
    "notMoved.one": (
        "{count} registration couldn’t be updated. It’s still selected:",
        "No se pudo actualizar {count} inscripción. Sigue seleccionada:",
    ),
    "notMoved.other": (
        "{count} registrations couldn’t be updated. They’re still selected:",
        "No se pudieron actualizar {count} inscripciones. Siguen seleccionadas:",
    ),
    "signPaper": (
        "The applicant signed on paper, and I have the signature.",
        "El solicitante firmó en papel y tengo la firma.",
    ),
    "signPaperSure": (
        "{who} hasn’t signed. Submit with a signature on paper? We record it under your name.",
        "{who} no ha firmado. ¿Enviar con una firma en papel? La registramos a su nombre.",
    ),
    "signedOn": ("Signed {moment}", "Firmada el {moment}"),
    "signedOnPaper": (
        "Signed on paper, recorded {moment}",
        "Firmada en papel, registrada el {moment}",
    ),
    "signedOnPaperBy": (
        "Signed on paper, recorded {moment} by {who}",
        "Firmada en papel, registrada el {moment} por {who}",
    ),
    "notSigned": ("Not signed yet", "Aún sin firmar"),
    "drafts.one": (
        "{count} draft not submitted yet. Staff can open it only with its reference number.",
        "{count} borrador sin enviar. Solo se abre con su número de referencia.",
    ),
    "drafts.other": (
        "{count} drafts not submitted yet. Staff can open one only with its reference number.",
        "{count} borradores sin enviar. Solo se abren con su número de referencia.",
    ),
    "draftExists": (
        "This person already has a draft. To open it, enter the reference number they tell you.",
        "Esta persona ya tiene un borrador. Para abrirlo, escriba su número de referencia.",
    ),
    "openDraft": ("Open draft", "Abrir borrador"),
    "downloadSheet": ("Download spreadsheet (CSV)", "Descargar hoja de cálculo (CSV)"),
    "sheetOptions": ("Spreadsheet options", "Opciones de la hoja de cálculo"),
    "separator": ("Column separator", "Separador de columnas"),
    "separator.comma": ("Comma (,)", "Coma (,)"),
    "separator.semicolon": ("Semicolon (;)", "Punto y coma (;)"),
    "sheetLanguage": ("Language of the column names", "Idioma de los nombres de columna"),
    "sheetBegun": ("Preparing download…", "Preparando la descarga…"),
    "sheetRows.one": ("Preparing download… {count} row", "Preparando la descarga… {count} fila"),
    "sheetRows.other": (
        "Preparing download… {count} rows",
        "Preparando la descarga… {count} filas",
    ),
    "sheetDone": ("Download complete", "Descarga completa"),
    # One record.
    "backToList": ("Back to registrations", "Regresar a las inscripciones"),
    "noSuchRecord": ("We couldn’t find that registration.", "No encontramos esa inscripción."),
    "begunAt": ("Started {moment}", "Empezada el {moment}"),
    "answers": ("Answers", "Respuestas"),
    "correct": ("Edit answers", "Editar respuestas"),
    "noMove": ("This status can’t be changed.", "Este estado no se puede cambiar."),
    "movedTo": ("Status changed to {status}", "Estado cambiado a {status}"),
    "notes": ("Notes", "Notas"),
    "noNotes": ("No notes yet", "Todavía no hay notas"),
    "newNote": ("Add a note", "Agregar una nota"),
    "notesHelp": ("Only staff can see notes.", "Solo el personal puede ver las notas."),
    "addNote": ("Save note", "Guardar nota"),
    "noteAdded": ("Note saved", "Nota guardada"),
    "history": ("History", "Historial"),
    # A walk-in applicant at the desk.
    "notOpen": (
        "Registration for this event isn’t open right now.",
        "En este momento la inscripción para este evento no está abierta.",
    ),
    "lookFirst": ("Do they already have an account?", "¿Ya tiene una cuenta?"),
    "personSought": ("Search for a person", "Buscar a una persona"),
    "look": ("Search", "Buscar"),
    "startRegistration": ("Go to registration form", "Ir a la inscripción"),
    "newPerson": ("New person", "Persona nueva"),
    "newPersonHelp": (
        "They choose their own password, using a link you give them.",
        "Cada persona elige su propia contraseña con un enlace que usted le da.",
    ),
    "usernameOptional": (
        "Optional. Leave blank and we’ll make one from their name.",
        "Opcional. Si lo deja en blanco, se crea uno con su nombre.",
    ),
    "accountMade": ("Account created", "Cuenta creada"),
    "handOver": (
        "Give them their username and this link.",
        "Entréguele su nombre de usuario y este enlace.",
    ),
    "linkQrCode": (
        "QR code of the link to choose a password",
        "Código QR del enlace para elegir una contraseña",
    ),
    "slipHelp": (
        "Scan this code with your phone to choose a password. It works once and expires in 1 hour.",
        (
            "Escanee este código con su teléfono para elegir su contraseña. Funciona una sola vez "
            "y vence en 1 hora."
        ),
    ),
    "slipUsername": ("Your username:", "Su nombre de usuario:"),
    "printSelected": ("Print selected", "Imprimir seleccionadas"),
    "printNotes": ("Print notes and history, too", "Imprimir también las notas y el historial"),
    "signatureLine": ("Signature", "Firma"),
    "dateLine": ("Date", "Fecha"),
    "printSlip": ("Print slip", "Imprimir hoja"),
    "createdBefore": (
        "The earlier attempt created this account. Create a new link for them.",
        "El intento anterior creó esta cuenta. Cree un enlace nuevo para esta persona.",
    ),
    "newLink": ("Create link", "Crear enlace"),
    "oneTimeLink": ("One-time password link", "Enlace de un solo uso para la contraseña"),
    "oneTimeLinkHelp": (
        (
            "They use this link to choose a password. It works once, expires in 1 hour and won’t "
            "be shown again."
        ),
        (
            "Con este enlace, la persona elige su contraseña. Funciona una sola vez, vence en 1 "
            "hora y no se vuelve a mostrar."
        ),
    ),
    "copy": ("Copy", "Copiar"),
    "copied": ("Copied", "Copiado"),
    "copyYourself": (
        "We couldn’t copy it. It’s selected, so press Ctrl+C (or ⌘C) to copy it.",
        "No se pudo copiar. Ya está seleccionado: presione Ctrl+C (o ⌘C).",
    ),
    # People.
    "role": ("Role", "Rol"),
    "disabled": ("Disabled", "Desactivada"),
    "accountStatus": ("Account status", "Estado de la cuenta"),
    "active": ("Active", "Activa"),
    "doings": ("Manage account", "Administrar la cuenta"),
    "changeRole": ("Change role", "Cambiar el rol"),
    "roleSure": ("Change {who}’s role to {role}?", "¿Cambiar el rol de {who} a {role}?"),
    "roleChanged": ("{who}’s role is now {role}", "El rol de {who} ahora es {role}"),
    "disable": ("Disable account", "Desactivar cuenta"),
    "disableSure": (
        "Disable {who}’s account? They’ll be signed out now and won’t be able to sign in.",
        "¿Desactivar la cuenta de {who}? Se cerrará su sesión y no podrá volver a entrar.",
    ),
    "accountDisabled": ("Account disabled", "Cuenta desactivada"),
    "enable": ("Enable account", "Activar cuenta"),
    "accountEnabled": ("Account enabled", "Cuenta activada"),
    "resetLink": ("Create password reset link", "Crear enlace para la contraseña"),
    "resetSure": (
        "Create a password reset link for {who}? Earlier links will stop working.",
        (
            "¿Crear un enlace para que {who} cambie su contraseña? Los enlaces anteriores "
            "dejarán de funcionar."
        ),
    ),
    "signOutSure": (
        "Sign {who} out of all devices?",
        "¿Cerrar la sesión de {who} en todos los dispositivos?",
    ),
    "signedOutEverywhere": (
        "Signed out of all devices",
        "Se cerró la sesión en todos los dispositivos",
    ),
    "mergeWith": ("Merge with another account", "Unir con otra cuenta"),
    "mergeHelp": (
        (
            "Use this if one person has two accounts. Check the person’s ID first. This account "
            "stays, and the other one is closed. You can’t undo it."
        ),
        (
            "Úselo si una persona tiene dos cuentas. Primero revise su identificación. Esta cuenta "
            "se queda y la otra se cierra. No se puede deshacer."
        ),
    ),
    "mergeOther": (
        "Username or email of the account to close",
        "Nombre de usuario o correo de la cuenta que se cierra",
    ),
    "mergeCompare": ("Compare accounts", "Comparar las cuentas"),
    "mergeUnknown": (
        "We couldn’t find this account. Enter its full username or email.",
        "No encontramos esa cuenta. Escriba el nombre de usuario o el correo completo.",
    ),
    "mergeKept": ("This account stays", "Esta cuenta se queda"),
    "mergeClosed": ("This account is closed", "Esta cuenta se cierra"),
    "accountCreated": ("Account created", "Cuenta creada"),
    "mergeEffect": (
        (
            "All registrations move to {whoStays}. The person signs in to {whoStays} as before. "
            "{whoGoes} can’t sign in anymore and is deleted. We email the confirmed addresses of "
            "both."
        ),
        (
            "Todas las inscripciones pasan a {whoStays}. La persona entra a {whoStays} como "
            "siempre. {whoGoes} ya no puede entrar y se borra. Avisamos a los correos confirmados "
            "de las dos."
        ),
    ),
    "mergeClash": (
        (
            "You can’t merge these accounts: both have a registration for {events}. If one is a "
            "draft, the person can sign in and delete it."
        ),
        (
            "No se pueden unir estas cuentas: las dos tienen una inscripción para {events}. Si una "
            "es un borrador, la persona puede entrar y borrarlo."
        ),
    ),
    "mergeReason": ("Reason", "Motivo"),
    "mergeReasonHelp": (
        (
            "Say how you know that it’s one person. Don’t write ID numbers: the reason is kept "
            "permanently."
        ),
        (
            "Escriba cómo sabe que es una sola persona. No ponga números de identificación: el "
            "motivo se guarda para siempre."
        ),
    ),
    "mergeNow": ("Merge accounts", "Unir cuentas"),
    "mergeDone": ("The accounts are merged.", "Se unieron las cuentas."),
    "mergedAccount": ("other account: {who}", "otra cuenta: {who}"),
    "audit": ("Account activity", "Actividad de la cuenta"),
    "noActivity": ("No activity yet", "Todavía no hay actividad"),
    # Events.
    "newEvent": ("New event", "Evento nuevo"),
    "changeEvent": ("Edit event", "Editar evento"),
    "copyEvent": ("Copy to a new event", "Copiar a un evento nuevo"),
    "hideEvent": ("Hide this event", "Ocultar este evento"),
    "hideEventHelp": (
        "Only staff and people who already registered can see a hidden event.",
        "Solo el personal y quienes ya se inscribieron pueden ver un evento oculto.",
    ),
    "isHidden": ("Hidden", "Oculto"),
    "eventSaved": ("Event saved", "Evento guardado"),
    "eventId": ("Name in links", "Nombre en los enlaces"),
    "eventIdHelp": (
        "Letters, numbers, hyphens and underscores, up to 64. You can’t change it later.",
        "Letras, números, guiones y guiones bajos; hasta 64. Después no se puede cambiar.",
    ),
    "eventIdTaken": (
        "Another event already uses this name. Choose a different one.",
        "Otro evento ya usa este nombre. Elija uno diferente.",
    ),
    "eventDates": ("Event dates", "Fechas del evento"),
    "startsOn": ("First day", "Primer día"),
    "endsOn": ("Last day", "Último día"),
    "registrationWindow": ("Registration dates", "Fechas de inscripción"),
    "timeZone": ("Time zone of the event", "Zona horaria del evento"),
    "registrationOpensAt": ("Registration opens", "La inscripción se abre"),
    "registrationClosesAt": ("Registration closes", "La inscripción se cierra"),
    "inZone": (
        "Times are in the event’s time zone: {zone}.",
        "Las horas están en la zona horaria del evento: {zone}.",
    ),
    "eventNameNeeded": ("Enter a name.", "Escriba un nombre."),
    "dateNeeded": (
        "Enter a complete date between 2000 and 2999.",
        "Escriba una fecha completa entre 2000 y 2999.",
    ),
    "momentNeeded": (
        "Enter a complete date and time between 2000 and 2999.",
        "Escriba una fecha y hora completas entre 2000 y 2999.",
    ),
    "momentSkipped": (
        "The clocks go forward that night, and this time doesn’t exist. Enter another time.",
        "Esa noche se adelanta el reloj y esta hora no existe. Escriba otra hora.",
    ),
    "momentTwice": (
        "The clocks go back that night, and this time comes twice. Enter another time.",
        "Esa noche se atrasa el reloj y esta hora se repite. Escriba otra hora.",
    ),
    "noMinimumAge": ("No minimum", "Sin mínimo"),
    "minimumAge": ("Minimum age", "Edad mínima"),
    "capacity": ("Number of spots", "Cupo"),
    "capacityHelp": ("Leave blank for no limit.", "Déjelo en blanco si no hay límite."),
    "capacityWrong": (
        "Enter a whole number, for example 1200, or leave this blank.",
        "Escriba un número entero, por ejemplo 1200, o déjelo en blanco.",
    ),
    "noLimit": ("No limit", "Sin límite"),
    "isOpen": ("Registration open", "Inscripción abierta"),
    "isClosed": ("Registration closed", "Inscripción cerrada"),
    "offerHours": ("Hours to answer an offer", "Horas para responder a una oferta"),
    "offerHoursHelp": (
        (
            "When a spot opens, the first person on the waiting list has this long to accept it. "
            "From 1 to 336 hours. Leave blank to keep the current number, or 48 for a new event."
        ),
        (
            "Cuando se desocupa un lugar, la primera persona en la lista de espera tiene este "
            "tiempo para aceptarlo. De 1 a 336 horas. Déjelo en blanco para conservar el número "
            "actual, o 48 para un evento nuevo."
        ),
    ),
    "offerHoursWrong": (
        "Enter a whole number from 1 to 336.",
        "Escriba un número entero de 1 a 336.",
    ),
    # Spots and the waiting list, for staff.
    "spotsTakenOf.one": ("{taken} of {count} spot taken", "{taken} de {count} lugar ocupado"),
    "spotsTakenOf.other": ("{taken} of {count} spots taken", "{taken} de {count} lugares ocupados"),
    "spotsTaken.one": ("{count} spot taken", "{count} lugar ocupado"),
    "spotsTaken.other": ("{count} spots taken", "{count} lugares ocupados"),
    "spotsOffered": ("{offered} offered", "{offered} por confirmar"),
    "spotsWaiting": ("{waiting} waiting", "{waiting} en espera"),
    "everyoneWaiting": ("See everyone on the list", "Ver a todos en la lista"),
    "toCall": ("Call these people", "Llame a estas personas"),
    "toCallHelp": (
        (
            "A spot is free for them, and email doesn’t reach them. If no one answers by the "
            "deadline, the spot is offered to the next person on the list."
        ),
        (
            "Hay un lugar para ellas y el correo no les llega. Si nadie responde a tiempo, "
            "el lugar se ofrece a la siguiente persona en la lista."
        ),
    ),
    "noOneToCall": ("No one to call right now.", "Por ahora no hay que llamar a nadie."),
    "mailedOffers": ("Offers sent by email", "Ofertas enviadas por correo"),
    "noMailedOffers": (
        "No one is being asked by email right now.",
        "Por ahora no hay ofertas enviadas por correo.",
    ),
    "waitingSince": ("Waiting since {moment}", "En espera desde el {moment}"),
    "offeredUntil": ("Offered a spot until {moment}", "Se le ofreció un lugar hasta el {moment}"),
    "answerBy": ("Answer by {moment}", "Debe responder a más tardar el {moment}"),
    "offerOverSince": (
        "Expired {moment}. It goes to the next person shortly.",
        "Venció el {moment}. En breve se ofrecerá a la siguiente persona.",
    ),
    "acceptForThem": ("Accept", "Aceptar"),
    "declineForThem": ("Decline", "Rechazar"),
    "acceptForSure": ("Accept the spot for {name}?", "¿Aceptar el lugar para {name}?"),
    "declineForSure": (
        "Decline the spot for {name}? This withdraws their registration.",
        "¿Rechazar el lugar de {name}? Con esto se retira su inscripción.",
    ),
    "acceptedFor": ("{name} has the spot.", "{name} tiene el lugar."),
    "declinedFor": (
        "{name} declined. The spot goes to the next person.",
        "{name} rechazó el lugar. Se ofrecerá a la siguiente persona.",
    ),
    # The summary.
    "summaryHelp": (
        "The status filter applies to jobs, shifts and ages. Numbers can be up to a minute old.",
        (
            "El estado de la inscripción filtra trabajos, turnos y edades. Los números pueden "
            "tener hasta un minuto de atraso."
        ),
    ),
    "total.one": (
        "{count} registration, drafts included",
        "{count} inscripción, incluidos los borradores",
    ),
    "total.other": (
        "{count} registrations, drafts included",
        "{count} inscripciones, incluidos los borradores",
    ),
    "summary.byStatus": ("By status", "Por estado de la inscripción"),
    "summary.byJob": ("By job", "Por trabajo"),
    "summary.byShift": ("By shift", "Por turno"),
    "summary.byAge": ("By age", "Por edad"),
    "summary.byEthnicity": (
        "By race or ethnicity (all registrations, rounded to the nearest 5)",
        "Por raza u origen étnico (todas las inscripciones, redondeado a 5)",
    ),
    **labels.FIELDS,
}

# What histories and the audit record. What is not named here stands there as it is.
ACTIONS: dict[str, tuple[str, str]] = {
    "status": ("Status", "Estado de la inscripción"),
    "saved": ("saved", "guardada"),
    "submitted": ("submitted", "enviada"),
    "corrected": ("edited", "editada"),
    "moved": ("status changed", "cambió el estado"),
    "paperSignature": ("Signed on paper", "Firmada en papel"),
    "withdrawn": ("withdrawn", "retirada"),
    "offer": ("Answer by", "Responder a más tardar"),
    "offered": ("spot offered", "lugar ofrecido"),
    "accepted": ("spot accepted", "lugar aceptado"),
    "offer_declined": ("spot declined", "lugar rechazado"),
    "offer_expired": ("offer expired", "oferta vencida"),
    "merged": (
        "moved here from the applicant’s other account",
        "pasada aquí desde la otra cuenta del solicitante",
    ),
    "registration.saved": ("registration saved", "inscripción guardada"),
    "registration.submitted": ("registration submitted", "inscripción enviada"),
    "registration.corrected": ("registration edited", "inscripción editada"),
    "registration.moved": ("registration status changed", "estado de la inscripción cambiado"),
    "registration.opened": (
        "draft opened with its reference number",
        "borrador abierto con su número de referencia",
    ),
    "registration.withdrawn": ("registration withdrawn", "inscripción retirada"),
    "registration.noted": ("note added", "nota agregada"),
    "account.registered": ("account created by staff", "cuenta creada por el personal"),
    "account.changed": ("account details changed", "datos de la cuenta cambiados"),
    "account.role_changed": ("role changed", "rol cambiado"),
    "account.disabled": ("account disabled", "cuenta desactivada"),
    "account.enabled": ("account enabled", "cuenta activada"),
    "account.sessions_ended": (
        "signed out of all devices",
        "sesión cerrada en todos los dispositivos",
    ),
    "account.reset_started": ("password reset link created", "enlace para la contraseña creado"),
    "account.password_reset": (
        "password reset with a link",
        "contraseña restablecida con un enlace",
    ),
    "account.password_changed": ("password changed", "contraseña cambiada"),
    "account.second_factor_begun": (
        "two-step verification setup started",
        "configuración de la verificación en dos pasos iniciada",
    ),
    "account.second_factor_set": (
        "two-step verification turned on",
        "verificación en dos pasos activada",
    ),
    "account.second_factor_removed": (
        "two-step verification turned off",
        "verificación en dos pasos desactivada",
    ),
    "account.recovery_codes_made": (
        "new recovery codes created",
        "códigos de recuperación nuevos creados",
    ),
    "account.email_verified": ("email confirmed", "correo confirmado"),
    "account.email_taken_over": (
        "email given to the account of its owner",
        "correo pasado a la cuenta de su dueño",
    ),
    "account.erased": ("account deleted", "cuenta borrada"),
    "account.merge_started": ("merge of accounts started", "unión de cuentas iniciada"),
    "account.merged": ("accounts merged", "cuentas unidas"),
    "account.merge_abandoned": ("merge of accounts stopped", "unión de cuentas detenida"),
}

ROLES_IN_SPANISH = {
    Role.USER: "Usuario",
    Role.ADMIN: "Administrador",
    Role.SUPER_ADMIN: "Superadministrador",
}

# Sentences that clients compare, so that the API keeps them, and what people read in their place.
MESSAGES_IN_ENGLISH = {
    "Not authorized": "You’re signed out. Sign in to continue.",
    "Username or Password is incorrect": "The username or password is incorrect.",
}

# What the service says in English, as it says it but for the numbers, and what that is in Spanish.
MESSAGES_IN_SPANISH = {
    "Select your age.": "Seleccione su edad.",
    "Enter your phone number.": "Escriba su número de teléfono.",
    "Enter your street address.": "Escriba su calle y número.",
    "Enter your city.": "Escriba su ciudad.",
    "Select your state.": "Seleccione su estado.",
    "Enter your ZIP code.": "Escriba su código postal.",
    "Select whether you can work every day.": "Indique si puede trabajar todos los días.",
    "Not authorized": "Su sesión se cerró. Inicie sesión para continuar.",
    "Your browser sent more than one session. Sign in again. If that doesn’t help, delete this "
    "site’s cookies in your browser’s settings.": (
        "Su navegador envió más de una sesión. Inicie sesión de nuevo. Si no funciona, borre las "
        "cookies de este sitio en su navegador."
    ),
    "Username or Password is incorrect": "El nombre de usuario o la contraseña son incorrectos.",
    "This request came from another website, so we blocked it.": (
        "Esta solicitud vino de otro sitio web y la bloqueamos."
    ),
    "You don’t have permission to do this.": "No tiene permiso para hacer esto.",
    "We couldn’t find this. It may have been removed.": "No lo encontramos. Tal vez se eliminó.",
    "Someone else changed this. Review the latest version and try again.": (
        "Otra persona cambió esto. Revise la versión más reciente e inténtelo de nuevo."
    ),
    "That’s too much to send at once (limit: # KiB).": (
        "Es demasiado para enviarlo de una vez (límite: # KiB)."
    ),
    "There is a problem with some of your answers.": (
        "Hay un problema con algunas de sus respuestas."
    ),
    "Too many attempts.": "Demasiados intentos.",
    "We already sent several emails there. Use the newest one, or check the spam folder.": (
        "Ya enviamos varios mensajes a ese correo. Use el más reciente o revise la carpeta de "
        "correo no deseado."
    ),
    "We already sent several emails there. Check the spam folder, or try again later.": (
        "Ya enviamos varios mensajes a ese correo. Revise la carpeta de correo no deseado o "
        "inténtelo más tarde."
    ),
    "You’ve changed this too many times.": "Ya lo cambió demasiadas veces.",
    "Something went wrong on our end. Try again.": (
        "Hubo un error de nuestro lado. Inténtelo de nuevo."
    ),
    "The service isn’t responding right now. Try again in a moment.": (
        "El servicio no responde. Inténtelo de nuevo en un momento."
    ),
    "That username or email is already in use. Choose another one, or sign in if it’s yours.": (
        "Ese nombre de usuario o correo ya está en uso. Elija otro o inicie sesión si es suyo."
    ),
    "This account is being deleted. To stop, sign in again. You’ll keep what’s left.": (
        "Esta cuenta se está borrando. Para detenerlo, inicie sesión de nuevo. Conservará lo que "
        "quede."
    ),
    "This is the only SuperAdmin. Give someone else that role first.": (
        "Esta es la única cuenta de superadministrador. Primero dé ese rol a otra persona."
    ),
    "Registration for this event isn’t open.": "La inscripción para este evento no está abierta.",
    "You can’t do that while the registration has this status.": (
        "No se puede hacer eso con el estado actual de la inscripción."
    ),
    "You can only change your phone numbers, email, and address now.": (
        "Ahora solo puede cambiar sus teléfonos, su correo y su dirección."
    ),
    "You can’t change this anymore.": "Ya no puede cambiar esto.",
    "This person has a draft. Ask them for its reference number to open it.": (
        "Esta persona tiene un borrador. Pídale el número de referencia para abrirlo."
    ),
    "A paper signature is recorded when the registration is submitted.": (
        "La firma en papel se registra al enviar la inscripción."
    ),
    "Only the applicant can sign. If they signed on paper, record that instead.": (
        "Solo el solicitante puede firmar. Si firmó en papel, registre eso."
    ),
    "The applicant must sign first. If they signed on paper, record that.": (
        "Primero tiene que firmar el solicitante. Si firmó en papel, regístrelo."
    ),
    "This event is full.": "Ya no hay lugares en este evento.",
    "This offer has expired, so the spot may have gone to someone else.": (
        "Esta oferta venció, así que es posible que el lugar ya sea de otra persona."
    ),
    "This field is required.": "Este campo es obligatorio.",
    "Enter text.": "Escriba texto.",
    "Enter at least # characters.": "Escriba por lo menos # caracteres.",
    "Use # characters or fewer.": "Use # caracteres o menos.",
    "Choose at least #.": "Elija por lo menos #.",
    "Choose no more than #.": "Elija # como máximo.",
    "Choose yes or no.": "Elija sí o no.",
    "Enter a whole number.": "Escriba un número entero.",
    "Enter # or more.": "Escriba # o más.",
    "Enter # or less.": "Escriba # o menos.",
    "Remove any symbols that aren’t letters, numbers or punctuation.": (
        "Quite los símbolos que no sean letras, números o signos de puntuación."
    ),
    "This contains hidden characters. Delete it and type it again.": (
        "Tiene caracteres ocultos. Bórrelo y escríbalo de nuevo."
    ),
    "Use fewer accents and marks on each letter.": "Use menos acentos y signos en cada letra.",
    "Don’t mix letters that are written from right to left with other letters.": (
        "No mezcle letras que se escriben de derecha a izquierda con otras letras."
    ),
    "Use at least # characters. Three or more unrelated words work well.": (
        "Use por lo menos # caracteres. Tres o más palabras sin relación funcionan bien."
    ),
    "Don’t use the name of this site in your password.": (
        "No use el nombre de este sitio en su contraseña."
    ),
    "Don’t use your name, username or email in your password.": (
        "No use su nombre, su nombre de usuario ni su correo en su contraseña."
    ),
    "Easy to guess because it repeats. Add another word or two.": (
        "Es fácil de adivinar porque se repite. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s a sequence, like #. Add another word or two.": (
        "Es fácil de adivinar porque es una secuencia, como #. Agregue una o dos palabras."
    ),
    "Easy to guess because the keys are next to each other. Add another word or two.": (
        "Es fácil de adivinar porque las teclas están una al lado de la otra. Agregue una o dos "
        "palabras."
    ),
    "Easy to guess because it’s mostly a year. Add another word or two.": (
        "Es fácil de adivinar porque es casi solo un año. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s mostly a date. Add another word or two.": (
        "Es fácil de adivinar porque es casi solo una fecha. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s short. Add another word or two.": (
        "Es fácil de adivinar porque es corta. Agregue una o dos palabras."
    ),
    "Easy to guess because these words are common. Add another word or two.": (
        "Es fácil de adivinar porque estas palabras son comunes. Agregue una o dos palabras."
    ),
    "Easy to guess because it’s like a common password. Add another word or two.": (
        "Es fácil de adivinar porque se parece a una contraseña común. Agregue una o dos palabras."
    ),
    "Easy to guess because it uses your name or this site’s name. Add another word or two.": (
        "Es fácil de adivinar porque usa su nombre o el nombre de este sitio. Agregue una o dos "
        "palabras."
    ),
    "This password was leaked in a data breach at another company. Choose a different one.": (
        "Esta contraseña se filtró en otra empresa. Elija una diferente."
    ),
    "Enter a username with # to # characters.": "Escriba un nombre de usuario de # a # caracteres.",
    "Use only letters, numbers and these: . _ - + @ (no spaces).": (
        "Use solo letras, números y . _ - + @ (sin espacios)."
    ),
    "Include at least one letter or number.": "Incluya por lo menos una letra o un número.",
    "If you use @, enter your full email address.": "Si usa @, escriba su correo completo.",
    "Enter the same email address here and as your email, or choose a username without an @.": (
        "Escriba aquí el mismo correo que en el campo de correo o elija un nombre de usuario sin @."
    ),
    "Enter your current password to change your email address.": (
        "Escriba su contraseña actual para cambiar su correo."
    ),
    "There’s no email address on your account.": "No hay correo en su cuenta.",
    "Confirm your email address first, or remove it from your account.": (
        "Primero confirme su correo o quítelo de su cuenta."
    ),
    "This link isn’t valid for your account. It may have expired or was already used.": (
        "Este enlace no es válido para su cuenta. Tal vez venció o ya se usó."
    ),
    "The link was sent to another email address. Leave this empty.": (
        "El enlace se envió a otro correo. Deje esto en blanco."
    ),
    "This isn’t in the right format.": "El formato no es correcto.",
    "Enter a ZIP code with # or # digits, for example # or #-#.": (
        "Escriba un código postal de # o # dígitos, por ejemplo # o #-#."
    ),
    "Enter an email address in the right format, like name@example.com.": (
        "Escriba un correo como nombre@ejemplo.com."
    ),
    "This link has expired or was already used. Request a new one.": (
        "Este enlace venció o ya se usó. Pida otro."
    ),
    "Enter the code from your authenticator app, or a recovery code.": (
        "Escriba el código de su aplicación de autenticación o un código de recuperación."
    ),
    "That code is wrong or was already used. Wait for a new code and try again.": (
        "Ese código es incorrecto o ya se usó. Espere un código nuevo e inténtelo de nuevo."
    ),
    "You already have an authenticator app. Turn off two-step verification first.": (
        "Ya tiene una aplicación de autenticación. Primero desactive la verificación en dos pasos."
    ),
    "Setup timed out. Enter your password to start again.": (
        "Se acabó el tiempo de la configuración. Escriba su contraseña para empezar de nuevo."
    ),
    "Your account can see other people’s information. Set up two-step verification first.": (
        "Su cuenta da acceso a datos de otras personas. Primero active la verificación en dos "
        "pasos."
    ),
    "Your current password is incorrect.": "Su contraseña actual es incorrecta.",
    "Enter a #-digit U.S. phone number, or start with + and the country code.": (
        "Escriba un teléfono de Estados Unidos de # dígitos, o empiece con + y el código del país."
    ),
    "Choose each option only once.": "Elija cada opción una sola vez.",
    "Enter a middle name or check the box, not both.": (
        "Escriba un segundo nombre o marque la casilla, no las dos cosas."
    ),
    "Answer this question to submit.": "Conteste esta pregunta para poder enviar.",
    "Check the box to certify that your answers are true.": (
        "Marque la casilla para certificar que sus respuestas son verdaderas."
    ),
    "You must be at least # on the first day of this event.": (
        "Para trabajar en este evento debe tener por lo menos # años el primer día."
    ),
    "Enter a first name or a last name. One is enough.": (
        "Escriba un nombre o un apellido. Uno basta."
    ),
    "Enter the #-character reference number, for example #AYRK.": (
        "Escriba el número de referencia de # letras y números, por ejemplo #AYRK."
    ),
    # What only staff are told.
    "Unknown field.": "Campo desconocido.",
    "Type a name, a reference number, an email address, or a phone number.": (
        "Escriba un nombre, un número de referencia, un correo o un teléfono."
    ),
    "Enter at least one letter.": "Escriba por lo menos una letra.",
    "Search by one thing at a time: last name, phone or reference number.": (
        "Busque una sola cosa a la vez: apellido, teléfono o número de referencia."
    ),
    "This list has changed. Reload the page.": "Esta lista cambió. Vuelva a cargar la página.",
    "An account was already created with the details that you entered before. Search for it.": (
        "Ya se creó una cuenta con los datos que escribió antes. Búsquela."
    ),
    "This account is being merged with another one. Try again in a few minutes. If that doesn’t "
    "help, the office can repeat the merge.": (
        "Se está uniendo esta cuenta con otra. Inténtelo en unos minutos. Si no funciona, la "
        "oficina puede repetir la unión."
    ),
    "Only applicants’ accounts can be merged. One of these belongs to staff.": (
        "Solo se pueden unir cuentas de solicitantes. Una de estas es del personal."
    ),
    "Both accounts have a registration for the same event, so they can’t be merged.": (
        "Las dos cuentas tienen una inscripción para el mismo evento, así que no se pueden unir."
    ),
    "The account that stays is disabled. Enable it first.": (
        "La cuenta que se queda está desactivada. Actívela primero."
    ),
    "This is the same account. Choose another one.": "Es la misma cuenta. Elija otra.",
    "Enter a reason.": "Escriba un motivo.",
    "No account has this ID.": "Ninguna cuenta tiene este identificador.",
    "These two accounts have been merged already.": "Estas dos cuentas ya se unieron.",
    "This note was already saved.": "Esta nota ya se guardó.",
    "Enter a date between # and #.": ("Escriba una fecha entre # y #."),
    "Enter a date and time between # and #.": ("Escriba una fecha y hora entre # y #."),
    "Enter a time zone by its area and city, for example America/Chicago.": (
        "Escriba una zona horaria por su región y ciudad, por ejemplo America/Chicago."
    ),
    "The last day must be the same as or after the first day.": (
        "El último día debe ser igual o posterior al primero."
    ),
    "Registration must close after it opens.": "La inscripción debe cerrar después de abrir.",
    "Registration must close before the event ends.": (
        "La inscripción debe cerrar antes de que termine el evento."
    ),
    "Registration must open before the event ends.": (
        "La inscripción debe abrir antes de que termine el evento."
    ),
    "We emailed them a password reset link.": (
        "Le enviamos por correo un enlace para cambiar su contraseña."
    ),
    "We couldn’t send the email. Try again later.": (
        "No pudimos enviar el correo. Inténtelo más tarde."
    ),
}
