"""All that pages say, in English and in Spanish."""

import typing
from collections.abc import Iterable, Mapping

from chalicelib.accounts.role import Role
from chalicelib.platform import settings
from chalicelib.platform.languages import Language
from chalicelib.registrations import choices
from chalicelib.registrations.letters import NEXT_STEPS, STATUSES

_LANGUAGES = (Language.ENGLISH, Language.SPANISH)


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


def word(choice: str, language: Language) -> str:
    """Return what people call something that can be chosen."""
    return words(language).get(choice, choice)


def words(language: Language) -> Mapping[str, str]:
    """Return what people call each choice of the form, each status, role and recorded action."""
    statuses = {status: said[:1].upper() + said[1:] for status, said in STATUSES[language].items()}
    done = {action: said[_LANGUAGES.index(language)] for action, said in ACTIONS.items()}
    if language is Language.SPANISH:
        return CHOICES_IN_SPANISH | statuses | done
    said = {choice: choices.in_words(choice) for choice in _choices()}
    roles = {role: role.value for role in Role}
    return said | {"true": "Yes", "false": "No"} | statuses | roles | done


def sentences(language: Language) -> Mapping[str, str]:
    """Return what the service's sentences say in a language, a number sign for each number.

    The service answers in English, which needs no entry.
    """
    return SENTENCES_IN_SPANISH if language is Language.SPANISH else {}


def _choices() -> Iterable[str]:
    """Yield every choice that the form offers, but for states, which are called by their codes."""
    for kind in (choices.Shift, choices.EventJob, choices.VendorJob, choices.Skill):
        yield from typing.get_args(kind)
    for enumeration in (choices.Pronoun, choices.Ethnicity, choices.Age):
        yield from enumeration


TEXTS: dict[str, tuple[str, str]] = {
    # The frame.
    "skip": ("Skip to the content", "Ir al contenido"),
    "noScript": (
        "These pages need JavaScript. Please turn it on in your browser.",
        "Estas páginas necesitan JavaScript. Actívelo en su navegador.",
    ),
    "unsupported": (
        (
            "This page didn't load completely. Reload it. If that doesn't help, update your "
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
            "Your browser blocks cookies, and you can't sign in without them. Allow cookies for "
            "this site in your browser's settings, then reload this page."
        ),
        (
            "Su navegador bloquea las cookies y sin ellas no se puede iniciar sesión. Permita las "
            "cookies de este sitio en su navegador y vuelva a cargar esta página."
        ),
    ),
    "menu": ("Menu", "Menú"),
    "dashboard": ("Dashboard", "Inicio"),
    "register": ("Register", "Inscribirse"),
    "account": ("Account", "Cuenta"),
    "staff": ("Staff", "Personal"),
    "walkIn": ("Walk-in", "Inscribir en persona"),
    "summary": ("Summary", "Resumen"),
    "people": ("People", "Personas"),
    "events": ("Events", "Eventos"),
    "signOut": ("Sign Out", "Cerrar sesión"),
    "stillSignedIn": (
        "You are still signed in on this phone. The service cannot be reached: try again.",
        "Su sesión sigue abierta en este teléfono. El servicio no responde: inténtelo otra vez.",
    ),
    "staffOnly": ("For staff only", "Solo para el personal"),
    "staffOnlyHelp": (
        "Your account may not see this page. If it should, ask a SuperAdmin.",
        "Su cuenta no puede ver esta página. Si debería poder, pídalo a un SuperAdmin.",
    ),
    "loading": ("One moment…", "Un momento…"),
    "tryAgain": ("Try again", "Intentar de nuevo"),
    "cancel": ("Cancel", "Cancelar"),
    "close": ("Close", "Cerrar"),
    "save": ("Save", "Guardar"),
    "show": ("Show", "Mostrar"),
    "yes": ("Yes", "Sí"),
    "no": ("No", "No"),
    "nothing": ("nothing", "nada"),
    "goOn": ("Go on", "Continuar"),
    # What can go wrong anywhere.
    "problems": ("Please look at this again:", "Revise esto, por favor:"),
    "tooLong": (
        "Use {longest} characters or fewer. You entered {count}.",
        "Use {longest} caracteres o menos. Usted escribió {count}.",
    ),
    "unreachable": (
        "The service cannot be reached. Nothing you typed is lost: please try again.",
        "El servicio no responde. No se ha perdido nada de lo que escribió: inténtelo otra vez.",
    ),
    "waitSeconds": ("Try again in {count} seconds.", "Inténtelo de nuevo en {count} segundos."),
    "waitMinutes": ("Try again in {count} minutes.", "Inténtelo de nuevo en {count} minutos."),
    # Signing in and up.
    "title.signin": ("Sign in", "Iniciar sesión"),
    "title.signup": ("Make an account", "Crear una cuenta"),
    "title.sign-up-link": (
        "Create an account",
        "Crear una cuenta",
    ),
    "title.forgot": ("Forgotten password", "Contraseña olvidada"),
    "title.reset": ("Choose a password", "Elija una contraseña"),
    "title.verify": (
        "Confirm your email address",
        "Confirme su correo electrónico",
    ),
    "signIn": ("Sign in", "Iniciar sesión"),
    "makeAccount": ("Make an account", "Crear una cuenta"),
    "severalSessions": (
        (
            "Your browser sent more than one session, so we can't tell which account to open. Sign "
            "in again. If you see this message again, delete this site's cookies in your browser's "
            "settings, and sign in."
        ),
        (
            "Su navegador envió más de una sesión y no sabemos qué cuenta abrir. Inicie sesión de "
            "nuevo. Si vuelve a ver este mensaje, borre las cookies de este sitio en su navegador "
            "e inicie sesión."
        ),
    ),
    "newHere": ("New here?", "¿Es su primera vez?"),
    "haveAccount": ("Do you have an account?", "¿Ya tiene una cuenta?"),
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
        "3 to 64 letters and digits, without spaces. You will sign in with it: write it down.",
        "De 3 a 64 letras y cifras, sin espacios. Con él iniciará sesión: anótelo.",
    ),
    "usernameOrEmail": ("Username or email", "Nombre de usuario o correo"),
    "password": ("Password", "Contraseña"),
    "newPassword": ("New password", "Contraseña nueva"),
    "currentPassword": ("Current password", "Contraseña actual"),
    "showPassword": ("Show the password", "Mostrar la contraseña"),
    "forgotten": ("Forgotten your password?", "¿Olvidó su contraseña?"),
    "email": ("Email", "Correo electrónico"),
    "emailHint": (
        "If you have one. It lets you choose a new password when you have forgotten yours.",
        "Si tiene uno. Le permite elegir otra contraseña si olvida la suya.",
    ),
    "noEmail": ("I have no email address", "No tengo correo electrónico"),
    "withoutEmail": (
        "That is fine. If you forget your password, the desk helps you: bring an identity card.",
        "No hay problema. Si olvida su contraseña, en la oficina le ayudan: lleve un documento.",
    ),
    "suggest": ("Suggest a password for me", "Sugerirme una contraseña"),
    "suggested": (
        "Write this password down before you continue. The spaces are part of it.",
        "Anote esta contraseña antes de continuar. Los espacios son parte de ella.",
    ),
    "adviceEmpty": (
        "{shortest} characters or more. A few words that do not belong together make a good one.",
        "{shortest} caracteres o más. Unas palabras que no van juntas hacen una buena.",
    ),
    "adviceLength": ("{missing} more to go.", "Faltan {missing}."),
    "adviceTooLong": (
        "Too long: use {longest} characters or fewer.",
        "Demasiado larga: use {longest} caracteres o menos.",
    ),
    "adviceName": (
        "Leave your names out of it: they are guessed first.",
        "No ponga sus nombres: son lo primero que se adivina.",
    ),
    "adviceRepeats": (
        "It repeats itself. Take different words.",
        "Se repite. Use palabras distintas.",
    ),
    "adviceGood": ("Long enough.", "Es lo bastante larga."),
    "forgotHelp": (
        "We send a link to the confirmed email of your account. It works once, for an hour.",
        "Enviamos un enlace al correo confirmado de su cuenta. Sirve una vez, durante una hora.",
    ),
    "forgotDesk": (
        "No email? Come to the desk: staff can hand you a link.",
        "¿No tiene correo? Venga a la oficina: el personal puede darle un enlace.",
    ),
    "sendLink": ("Send a link", "Enviar un enlace"),
    "linkSent": (
        "Check your email",
        "Revise su correo electrónico",
    ),
    "linkSentHelp": (
        "If there is an account of that name with a confirmed email, a link is on its way.",
        "Si hay una cuenta con ese nombre y un correo confirmado, el enlace va en camino.",
    ),
    "backToSignIn": ("Back to signing in", "Volver a iniciar sesión"),
    "resetHelp": (
        "Every device where you are signed in will be signed out.",
        "Se cerrará la sesión en todos sus dispositivos.",
    ),
    "takePassword": ("Take this password", "Usar esta contraseña"),
    "passwordSet": ("Your password is set", "Su contraseña está lista"),
    "passwordSetHelp": ("Now sign in with it.", "Ahora inicie sesión con ella."),
    "linkOver": (
        "This link no longer works",
        "Este enlace ya no funciona",
    ),
    "linkOverHelp": (
        "Links work once and expire after 1 hour. Request a new one here or at the office.",
        "Los enlaces funcionan una vez y vencen en 1 hora. Pida otro aquí o en la oficina.",
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
            "A link works once, for 1 hour, for the account that asked for it. Get a new one from "
            "your account."
        ),
        (
            "Un enlace funciona una sola vez, durante 1 hora, para la cuenta que lo pidió. Pida "
            "otro desde su cuenta."
        ),
    ),
    "signedInAsAccount": (
        "You're signed in as {username}.",
        "Inició sesión como {username}.",
    ),
    "signInToVerify": (
        "Sign in to confirm your email address. Don't have an account?",
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
    "wholeLinkHint": (
        "It has #token= in it.",
        "Contiene #token=.",
    ),
    "useLink": (
        "Use this link",
        "Usar este enlace",
    ),
    "notThisLink": (
        "Paste the full link from the email. It starts with https:// and has #token= in it.",
        "Pegue el enlace completo del mensaje. Empieza con https:// y contiene #token=.",
    ),
    # Where one's registration stands.
    "title.dashboard": ("Your registrations", "Sus inscripciones"),
    "title.register": ("Register for an event", "Inscribirse en un evento"),
    "title.form": ("Registration", "Inscripción"),
    "reference": ("Reference {reference}", "Referencia {reference}"),
    "openUntil": ("Register by {moment}.", "Inscríbase antes del {moment}."),
    "opensAt": ("Registration opens {moment}.", "La inscripción abre el {moment}."),
    "closedAt": ("Registration closed {moment}.", "La inscripción cerró el {moment}."),
    "fromTo": ("{from} – {to}", "Del {from} al {to}"),
    "registerNow": ("Register now", "Inscribirse ahora"),
    "continueDraft": ("Go on with it", "Continuar"),
    "seeRegistration": ("See my registration", "Ver mi inscripción"),
    "nothingOpen": (
        "There is no event to register for just now.",
        "Ahora no hay ningún evento con inscripción abierta.",
    ),
    "noSuchEvent": ("There is no such event.", "No existe ese evento."),
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
            "person has confirmed that it's theirs. Your data didn't change. Write down your new "
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
        "Su lugar en la lista de espera: {position}.",
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
        "What you type is kept as a draft until you submit it, with all that is marked.",
        "Lo que escribe se guarda como borrador hasta que lo envíe, con todo lo marcado.",
    ),
    "prefilled": (
        "These are your answers of last time. Please see whether they still hold.",
        "Estas son sus respuestas de la última vez. Mire si siguen siendo correctas.",
    ),
    "needed": ("needed", "necesario"),
    "neededToSubmit": (
        "This is needed before you can submit.",
        "Esto hace falta para poder enviarla.",
    ),
    "notBegun": ("Nothing to save yet.", "Aún no hay nada que guardar."),
    "saving": ("Saving…", "Guardando…"),
    "saved": ("Saved {at}", "Guardado {at}"),
    "savedWithout": ("Saved {at}, but for: {without}", "Guardado {at}, salvo: {without}"),
    "notSaved": (
        "Not saved: no connection. It is kept in this tab, and we try again.",
        "Sin guardar: no hay conexión. Se conserva en esta pestaña y lo intentamos otra vez.",
    ),
    "contested": (
        "Somebody has changed this to “{value}” meanwhile. What you typed is kept instead.",
        "Alguien lo ha cambiado a «{value}» entretanto. Se conserva lo que usted escribió.",
    ),
    "submit": ("Submit", "Enviar"),
    "submitAgain": ("Submit again", "Enviar de nuevo"),
    "submitted": ("We have your registration.", "Tenemos su inscripción."),
    "saveChanges": ("Save changes", "Guardar los cambios"),
    "changesSaved": ("Changes saved", "Cambios guardados"),
    "backWithoutChange": ("Cancel changes", "Descartar cambios"),
    "back": ("Back", "Volver"),
    "submittedHelp": (
        "You already submitted this registration. Your changes count when you save them.",
        "Ya envió esta inscripción. Sus cambios valen cuando los guarde.",
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
        "You can't change these answers anymore, so we kept the submitted ones: {fields}",
        "Ya no puede cambiar estas respuestas; conservamos las que envió: {fields}",
    ),
    "notSavedYet": ("Changes not saved yet", "Cambios sin guardar"),
    "notSubmittedYet": ("Not submitted yet", "Todavía no la ha enviado"),
    "noChanges": ("No changes yet", "Sin cambios"),
    "leaveSure": (
        "You have changes that aren't saved. Leave without saving them?",
        "Tiene cambios sin guardar. ¿Salir sin guardarlos?",
    ),
    "leaveUnsaved": ("Leave without saving", "Salir sin guardar"),
    "keepEditing": ("Keep editing", "Seguir editando"),
    "discard": ("Delete this draft", "Borrar este borrador"),
    "discardSure": ("Delete this draft for good?", "¿Borrar este borrador para siempre?"),
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
    "change": ("Change my answers", "Cambiar mis respuestas"),
    "print": ("Print", "Imprimir"),
    "yourReference": ("Your reference, to say at the office:", "Su referencia, para la oficina:"),
    "yourAnswers": ("Your answers", "Sus respuestas"),
    "submittedAt": ("Submitted on {moment}", "Enviada el {moment}"),
    "group.personal": ("About you", "Sobre usted"),
    "group.contact": ("How we reach you", "Cómo le encontramos"),
    "group.availability": ("When you can work", "Cuándo puede trabajar"),
    "group.work": ("What you would like to do", "Qué le gustaría hacer"),
    "group.experience": ("What you have done before", "Qué ha hecho antes"),
    "group.signature": ("Your signature", "Su firma"),
    "form.firstName": ("First name", "Nombre"),
    "form.middleName": ("Middle name", "Segundo nombre"),
    "form.noMiddleName": ("I have no middle name", "No tengo segundo nombre"),
    "form.lastName": ("Last name", "Apellidos"),
    "form.preferredName": ("Preferred name", "Nombre preferido"),
    "hint.preferredName": ("If you go by another name.", "Si le llaman de otra manera."),
    "form.pronoun": ("Pronouns", "Pronombres"),
    "form.age": (
        "How old will you be on the event’s first day?",
        "¿Qué edad tendrá el primer día del evento?",
    ),
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
    "hint.lastName": (
        "One name is enough, first or last.",
        "Basta con uno: nombre o apellidos.",
    ),
    "form.ethnicity": ("Ethnicity", "Origen étnico"),
    "hint.ethnicity": (
        "Only if you want to say. Staff never see it beside your name: it is counted, no more.",
        "Solo si quiere decirlo. El personal nunca lo ve junto a su nombre: solo se cuenta.",
    ),
    "form.phone1": (
        "Phone number",
        "Número de teléfono",
    ),
    "hint.phone1": (
        "10-digit U.S. number, for example 651-555-0123. Other countries: with + and code.",
        "Número de EE. UU. de 10 dígitos, por ejemplo 651-555-0123. De otro país: con + y código.",
    ),
    "form.phone2": (
        "Second phone number (optional)",
        "Segundo número de teléfono (opcional)",
    ),
    "form.email": ("Email", "Correo electrónico"),
    "form.streetAddress": ("Street address", "Calle y número"),
    "form.aptSuite": ("Apartment or suite", "Apartamento"),
    "form.city": ("City", "Ciudad"),
    "form.state": ("State", "Estado"),
    "form.zipCode": ("ZIP code", "Código postal"),
    "form.workAll": (
        "Can you work on all days of the event?",
        "¿Puede trabajar todos los días del evento?",
    ),
    "form.shifts": ("Which shifts can you work?", "¿Qué turnos puede trabajar?"),
    "hint.shifts": (
        "Morning 6 to 2, day 10 to 6, evening 2 to 10, overnight 10 to 6.",
        "Mañana de 6 a 14, día de 10 a 18, tarde de 14 a 22, noche de 22 a 6.",
    ),
    "form.preEvent": (
        "Can you work before the event, from May to September?",
        "¿Puede trabajar antes del evento, de mayo a septiembre?",
    ),
    "form.postEvent": (
        "Can you work after the event, from September to November?",
        "¿Puede trabajar después del evento, de septiembre a noviembre?",
    ),
    "form.eventJobs": ("Jobs with the event", "Trabajos con el evento"),
    "form.vendorJobs": ("Jobs with a vendor", "Trabajos con un puesto"),
    "form.prevExp": ("Have you worked before?", "¿Ha trabajado antes?"),
    "form.prevEventExp": (
        "Have you worked at the event before?",
        "¿Ha trabajado antes en el evento?",
    ),
    "form.prevVendorExp": (
        "Have you worked for a vendor before?",
        "¿Ha trabajado antes para un puesto?",
    ),
    "form.skills": ("What can you do?", "¿Qué sabe hacer?"),
    "form.regAck": ("What I say here is accurate.", "Lo que digo aquí es cierto."),
    "hint.regAck": (
        "This is your signature. We keep the time of it.",
        "Esta es su firma. Guardamos su hora.",
    ),
    # One's own account.
    "title.account": ("Your account", "Su cuenta"),
    "profile": ("Profile", "Perfil"),
    "signedInAs": ("You sign in as", "Inicia sesión como"),
    "profileSaved": ("Your profile is saved.", "Se ha guardado su perfil."),
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
    "emailNone": (
        "No email address on your account",
        "No hay correo en su cuenta.",
    ),
    "sendVerification": (
        "Send confirmation link",
        "Enviar enlace de confirmación",
    ),
    "verificationSent": (
        "We sent you a link. Check your email.",
        "Le enviamos un enlace. Revise su correo.",
    ),
    "newEmail": ("New email", "Correo nuevo"),
    "newEmailHint": ("Leave it empty to take yours away.", "Déjelo vacío para quitar el suyo."),
    "changeEmail": ("Change email", "Cambiar el correo"),
    "emailChanged": (
        "Email address saved",
        "Correo guardado",
    ),
    "changePassword": ("Change password", "Cambiar la contraseña"),
    "passwordChanged": (
        "Your password is changed. Other devices are signed out.",
        "Se ha cambiado su contraseña. Los demás dispositivos han salido.",
    ),
    "sessions": ("Where you are signed in", "Dónde tiene la sesión abierta"),
    "sessionsHelp": (
        "If you do not know one of these, end it and change your password.",
        "Si no reconoce alguna, ciérrela y cambie su contraseña.",
    ),
    "thisDevice": ("This device", "Este dispositivo"),
    "unknownDevice": ("Another device", "Otro dispositivo"),
    "sessionSince": ("since {moment}, from {address}", "desde el {moment}, de {address}"),
    "endSession": ("End this one", "Cerrar esta"),
    "sessionEnded": ("That session has ended.", "Esa sesión se ha cerrado."),
    "signOutEverywhere": ("Sign out everywhere", "Cerrar sesión en todas partes"),
    "everywhereSure": (
        "Sign out everywhere, here too?",
        "¿Cerrar la sesión en todas partes, también aquí?",
    ),
    "yourData": ("Your data", "Sus datos"),
    "exportHelp": (
        "Everything we hold about you, as a file.",
        "Todo lo que tenemos sobre usted, en un archivo.",
    ),
    "export": ("Download my data", "Descargar mis datos"),
    "deleteHelp": (
        "Your account and your registrations are erased. This cannot be undone.",
        "Se borran su cuenta y sus inscripciones. No se puede deshacer.",
    ),
    "deleteAccount": ("Delete my account", "Borrar mi cuenta"),
    "deleteSure": (
        "Erase your account and all your registrations for good?",
        "¿Borrar para siempre su cuenta y todas sus inscripciones?",
    ),
    "code": ("Code", "Código"),
    "codeHint": (
        "The six digits that your authenticator app shows, or a recovery code.",
        "Las seis cifras que muestra su aplicación de autenticación, o un código de recuperación.",
    ),
    "secondFactor": ("A code beside the password", "Un código además de la contraseña"),
    "mustSetUp": (
        "Your account opens other people's data. Set up an authenticator app before you go on.",
        "Su cuenta abre datos de otras personas. Configure una aplicación de autenticación antes.",
    ),
    "verifyFirst": (
        (
            "Confirm your email address first, or remove it from your account. Then you can set "
            "this up."
        ),
        "Primero confirme su correo o quítelo de su cuenta. Después podrá configurarla.",
    ),
    "secondFactorHelp": (
        "With an authenticator app, a stolen password alone opens nothing.",
        "Con una aplicación de autenticación, una contraseña robada no abre nada por sí sola.",
    ),
    "secondFactorOn": (
        "Signing in takes a code of your authenticator app.",
        "Para iniciar sesión hace falta un código de su aplicación de autenticación.",
    ),
    "codesLeft": (
        "Recovery codes left: {count}",
        "Códigos de recuperación sin usar: {count}",
    ),
    "codesLeftOne": (
        "Only 1 recovery code left. Get new recovery codes.",
        "Le queda solo 1 código de recuperación. Pida códigos nuevos.",
    ),
    "setUp": ("Set up an app", "Configurar una aplicación"),
    "scanHelp": (
        "Scan this with your authenticator app, then type the code that it shows.",
        "Escanee esto con su aplicación de autenticación y escriba el código que muestra.",
    ),
    "qrCode": ("QR code for the authenticator app", "Código QR para la aplicación"),
    "secretHelp": ("Or type this into the app:", "O escriba esto en la aplicación:"),
    "codeShown": ("Code that the app shows", "Código que muestra la aplicación"),
    "turnOn": ("Turn it on", "Activarlo"),
    "recoveryHelp": (
        "Write these down: each signs you in once, if you lose the app. They are shown only now.",
        "Anótelos. Cada uno sirve una vez si pierde la aplicación. Solo se muestran ahora.",
    ),
    "download": ("Download", "Descargar"),
    "otherCodes": ("Make other recovery codes", "Crear otros códigos de recuperación"),
    "turnOff": ("Do without a code", "Dejar de usar códigos"),
    "secondFactorSet": (
        "Signing in takes a code from now on.",
        "A partir de ahora hace falta un código.",
    ),
    "secondFactorRemoved": (
        "Signing in takes no code any more.",
        "Ya no hace falta ningún código.",
    ),
    "removeFactor": ("Remove their second factor", "Quitar su segundo factor"),
    "factorSure": (
        "Let {who} sign in with the password alone? Make sure that it is they who ask.",
        "¿Permitir que {who} entre solo con la contraseña? Asegúrese de que lo pide esa persona.",
    ),
    # Staff.
    "title.staff": ("Registrations", "Inscripciones"),
    "title.record": ("Registration", "Inscripción"),
    "title.walk-in": ("Register somebody at the desk", "Inscribir a alguien en la oficina"),
    "title.people": ("People", "Personas"),
    "title.events": ("Events", "Eventos"),
    "title.waiting-list": ("Waiting list", "Lista de espera"),
    "waitingList": ("Waiting list", "Lista de espera"),
    "title.summary": ("Summary", "Resumen"),
    "filter.status": ("Status", "Estado"),
    "filter.shift": ("Shift", "Turno"),
    "filter.job": ("Job", "Trabajo"),
    "filter.age": ("Age", "Edad"),
    "filter.workAll": ("All days", "Todos los días"),
    "filter.preEvent": ("Before the event", "Antes del evento"),
    "filter.postEvent": ("After the event", "Después del evento"),
    "event": ("Event", "Evento"),
    "any": ("Any", "Cualquiera"),
    "more": ("More", "Más"),
    "older": ("Older ones", "Anteriores"),
    "done": ("Done.", "Hecho."),
    "name": ("Name", "Nombre"),
    "noEvents": ("There is no event yet.", "Aún no hay ningún evento."),
    "foundAll": ("{count} in all", "{count} en total"),
    "foundSome": (
        "The first {count}. There are more below.",
        "Los {count} primeros. Abajo hay más.",
    ),
    "foundNone": (
        "Nothing here matches what you asked for.",
        "Nada coincide con lo que ha pedido.",
    ),
    "foundNobody": ("Nobody is found.", "No se encuentra a nadie."),
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
    "sort": ("Order", "Orden"),
    "sortUsual": ("As usual", "El habitual"),
    "sort.submittedAt": ("Oldest first", "Primero la más antigua"),
    "sort.-submittedAt": ("Newest first", "Primero la más reciente"),
    "sort.lastName": ("By last name", "Por apellidos"),
    "searchHint": (
        "Name, reference number, email, username, or last 4 digits of the phone number.",
        "Nombre, número de referencia, correo, usuario o últimos 4 números del teléfono.",
    ),
    "referenceWord": ("Reference", "Referencia"),
    "filters.title": ("Filters", "Filtros"),
    "showEverything": ("Show everything", "Mostrar todo"),
    "filed": ("Submitted", "Enviada"),
    "chooseAll": ("Choose all that are shown", "Elegir todas las que se ven"),
    "choose": ("Choose {name}", "Elegir: {name}"),
    "chosen": ("{count} chosen", "{count} elegidas"),
    "noCommonMove": (
        (
            "The selected registrations can't all change to the same status. Select ones that have "
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
        "Change {who} to “{status}”? We'll email applicants who confirmed their email address.",
        "¿Cambiar {who} a «{status}»? Avisaremos por correo a quienes confirmaron su correo.",
    ),
    "reviewSure": (
        "Change {who} to “{status}”? Applicants get no email.",
        "¿Cambiar {who} a «{status}»? No se envía ningún correo.",
    ),
    "hireSure": (
        "Hire {who}? We'll send an email that says “You're hired” to each confirmed email address.",
        (
            "¿Contratar: {who}? Enviaremos un correo que dice «tiene el trabajo» a cada correo "
            "confirmado."
        ),
    ),
    "declineStaffSure": (
        (
            "Decline {who}? We'll send an email that says “We can't offer you a job at this event” "
            "to each confirmed email address. A spot they hold becomes free."
        ),
        (
            "¿No seleccionar: {who}? Enviaremos un correo que dice «No podemos ofrecerle trabajo» "
            "a cada correo confirmado. Si ocupa un lugar, queda libre."
        ),
    ),
    "withdrawStaffSure": (
        (
            "Withdraw {who}? We'll send an email that says the registration was withdrawn to each "
            "confirmed email address. A spot they hold becomes free."
        ),
        (
            "¿Retirar: {who}? Enviaremos un correo que dice que la inscripción fue retirada a cada "
            "correo confirmado. Si ocupa un lugar, queda libre."
        ),
    ),
    "oneRegistration": ("1 registration", "1 inscripción"),
    "someRegistrations": ("{count} registrations", "{count} inscripciones"),
    "moved": ("{count} registrations updated", "{count} inscripciones actualizadas"),
    "movedOne": ("1 registration updated", "1 inscripción actualizada"),
    "notMoved": (
        "{count} registrations couldn't be updated. They're still selected:",
        "No se pudieron actualizar {count}. Siguen seleccionadas:",
    ),
    "notMovedOne": (
        "1 registration couldn't be updated. It's still selected:",
        "No se pudo actualizar 1. Sigue seleccionada:",
    ),
    "signPaper": (
        "The applicant signed on paper, and I have the signature.",
        "El solicitante firmó en papel y tengo la firma.",
    ),
    "signPaperSure": (
        "{who} hasn't signed. Submit with a signature on paper? We record it under your name.",
        "{who} no ha firmado. ¿Enviar con una firma en papel? La registramos a su nombre.",
    ),
    "signedOn": ("Signed {moment}", "Firmada el {moment}"),
    "signedOnPaper": (
        "Signed on paper, recorded {moment}",
        "Firmada en papel, registrada {moment}",
    ),
    "signedOnPaperBy": (
        "Signed on paper, recorded {moment} by {who}",
        "Firmada en papel, registrada el {moment} por {who}",
    ),
    "notSigned": ("Not signed yet", "Aún sin firmar"),
    "drafts": (
        "{count} drafts not submitted yet. Staff can open one only with its reference number.",
        "{count} borradores sin enviar. Solo se abren con su número de referencia.",
    ),
    "draftsOne": (
        "1 draft not submitted yet. Staff can open it only with its reference number.",
        "1 borrador sin enviar. Solo se abre con su número de referencia.",
    ),
    "draftExists": (
        "This person already has a draft. To open it, enter the reference number they tell you.",
        "Esta persona ya tiene un borrador. Para abrirlo, escriba su número de referencia.",
    ),
    "openDraft": ("Open draft", "Abrir borrador"),
    "downloadSheet": ("Download spreadsheet (CSV)", "Descargar hoja de cálculo (CSV)"),
    "sheetOptions": ("Spreadsheet options", "Opciones de la hoja de cálculo"),
    "separator": ("Between two columns", "Entre dos columnas"),
    "separator.comma": ("Comma (,)", "Coma (,)"),
    "separator.semicolon": ("Semicolon (;)", "Punto y coma (;)"),
    "sheetLanguage": ("Language of the column names", "Idioma de los nombres de columna"),
    "sheetBegun": ("Reading…", "Leyendo…"),
    "sheetRows": ("{count} rows so far…", "{count} filas hasta ahora…"),
    "sheetDone": ("The spreadsheet is complete.", "La hoja de cálculo está completa."),
    # One record.
    "backToList": ("All registrations", "Todas las inscripciones"),
    "noSuchRecord": ("There is no such registration.", "No existe esa inscripción."),
    "begunAt": ("Begun on {moment}", "Empezada el {moment}"),
    "answers": ("Answers", "Respuestas"),
    "correct": ("Correct", "Corregir"),
    "noMove": ("This status can't be changed.", "Este estado no se puede cambiar."),
    "movedTo": ("Status changed to {status}", "Estado cambiado a {status}"),
    "notes": ("Notes", "Notas"),
    "newNote": ("New note", "Nota nueva"),
    "notesHelp": ("For staff: its applicant never sees it.", "Para el personal: nadie más la ve."),
    "addNote": ("Add note", "Añadir nota"),
    "noteAdded": ("Your note is added.", "Se ha añadido su nota."),
    "noneYet": ("There is none yet.", "Aún no hay ninguna."),
    "history": ("History", "Historial"),
    # Somebody at the desk.
    "notOpen": (
        "Registration for this event isn’t open right now.",
        "La inscripción para este evento no está abierta ahora.",
    ),
    "lookFirst": ("Is there an account already?", "¿Ya hay una cuenta?"),
    "personSought": ("Search for a person", "Buscar a una persona"),
    "look": ("Search", "Buscar"),
    "startRegistration": ("To the registration", "Ir a la inscripción"),
    "newPerson": ("If not: a new one", "Si no: una nueva"),
    "newPersonHelp": (
        "They choose the password themselves, by a link that you hand over.",
        "La contraseña la elige cada persona, con un enlace que usted le da.",
    ),
    "usernameOptional": (
        "Leave it empty, and one is made of their names.",
        "Déjelo vacío y se forma uno con su nombre.",
    ),
    "emailOptional": ("If they have one.", "Si tiene uno."),
    "accountMade": ("The account is made", "La cuenta está creada"),
    "handOver": (
        "Give them their username and this link.",
        "Entréguele su nombre de usuario y este enlace.",
    ),
    "linkQrCode": (
        "QR code of the link to choose a password",
        "Código QR del enlace para elegir una contraseña",
    ),
    "slipHelp": (
        "Scan this code with your phone to choose a password. It works once, for 1 hour.",
        "Escanee este código con su teléfono para elegir su contraseña. Sirve una vez, por 1 hora.",
    ),
    "slipUsername": ("Your username:", "Su nombre de usuario:"),
    "printSelected": ("Print selected", "Imprimir seleccionadas"),
    "printNotes": ("Print notes and history, too", "Imprimir también las notas y el historial"),
    "signatureLine": ("Signature", "Firma"),
    "dateLine": ("Date", "Fecha"),
    "printSlip": ("Print slip", "Imprimir comprobante"),
    "createdBefore": (
        "The earlier attempt created this account. Create a new link for them.",
        "El intento anterior creó esta cuenta. Cree un enlace nuevo para esta persona.",
    ),
    "newLink": ("Create link", "Crear enlace"),
    "oneTimeLink": ("Link to choose a password", "Enlace para elegir una contraseña"),
    "oneTimeLinkHelp": (
        "This link lets them choose a password. It works once, for 1 hour, and is shown only now.",
        "Con este enlace elige su contraseña. Sirve una vez, por 1 hora, y solo se muestra ahora.",
    ),
    "copy": ("Copy", "Copiar"),
    "copied": ("Copied", "Copiado"),
    "copyYourself": (
        "We couldn't copy it. It's selected, so press Ctrl+C (or ⌘C) to copy it.",
        "No se pudo copiar. Ya está seleccionado: presione Ctrl+C (o ⌘C).",
    ),
    # People.
    "role": ("Role", "Rol"),
    "disabled": ("Disabled", "Desactivada"),
    "doings": ("What can be done", "Qué se puede hacer"),
    "changeRole": ("Change role", "Cambiar el rol"),
    "roleSure": ("Make {who} a {role}?", "¿Dar a {who} el rol {role}?"),
    "disable": ("Disable", "Desactivar"),
    "disableSure": (
        "Keep {who} from signing in? Their sessions end at once.",
        "¿Impedir que {who} inicie sesión? Sus sesiones se cierran al momento.",
    ),
    "enable": ("Enable", "Activar"),
    "resetLink": ("Link for a new password", "Enlace para otra contraseña"),
    "resetSure": (
        "Start a new password for {who}? Links made for it before stop working.",
        "¿Empezar otra contraseña para {who}? Los enlaces anteriores dejan de servir.",
    ),
    "signOutSure": (
        "Sign {who} out everywhere?",
        "¿Cerrar la sesión de {who} en todas partes?",
    ),
    "audit": ("What was done to this account", "Qué se ha hecho con esta cuenta"),
    # Events.
    "newEvent": ("New event", "Evento nuevo"),
    "changeEvent": ("Change", "Cambiar"),
    "copyEvent": ("Copy to a new event", "Copiar a un evento nuevo"),
    "hideEvent": ("Hide this event", "Ocultar este evento"),
    "hideEventHelp": (
        "Only staff and people who already registered can see a hidden event.",
        "Solo el personal y quienes ya se inscribieron pueden ver un evento oculto.",
    ),
    "isHidden": ("Hidden", "Oculto"),
    "eventSaved": ("The event is saved.", "Se ha guardado el evento."),
    "eventId": ("Short name, for addresses", "Nombre corto, para direcciones"),
    "eventIdHelp": (
        "Letters, digits, hyphens and underscores, 64 at most. It stays as it is.",
        "Letras, cifras, guiones y guiones bajos, 64 como máximo. Ya no cambia.",
    ),
    "eventIdTaken": (
        "There is an event of this short name already.",
        "Ya hay un evento con este nombre corto.",
    ),
    "eventDates": ("Event", "Evento"),
    "startsOn": ("First day", "Primer día"),
    "endsOn": ("Last day", "Último día"),
    "registrationWindow": ("Registration", "Inscripción"),
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
    "capacity": ("Places", "Plazas"),
    "capacityHelp": ("Leave blank for no limit.", "Déjelo en blanco si no hay límite."),
    "capacityWrong": (
        "Enter a whole number, for example 1200, or leave this blank.",
        "Escriba un número entero, por ejemplo 1200, o déjelo en blanco.",
    ),
    "noLimit": ("any number", "sin límite"),
    "isOpen": ("Registration open", "Inscripción abierta"),
    "isClosed": ("Registration closed", "Inscripción cerrada"),
    "offerHours": ("Hours to answer an offer", "Horas para responder a una oferta"),
    "offerHoursHelp": (
        (
            "When a spot opens, the first person on the waiting list has this long to accept "
            "it. From 1 to 336 hours. Leave it empty to keep the current number, or 48 for a "
            "new event."
        ),
        (
            "Cuando se desocupa un lugar, la primera persona en la lista de espera tiene "
            "este tiempo para aceptarlo. De 1 a 336 horas. Déjelo vacío para conservar el "
            "número actual, o 48 para un evento nuevo."
        ),
    ),
    "offerHoursWrong": (
        "Enter a whole number from 1 to 336.",
        "Escriba un número entero de 1 a 336.",
    ),
    # Spots and the waiting list, for staff.
    "spotsTakenOf": (
        "{taken} of {capacity} spots taken",
        "{taken} de {capacity} lugares ocupados",
    ),
    "spotsTaken": ("{taken} spots taken", "{taken} lugares ocupados"),
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
        "Narrows down jobs, shifts and ages. It is all counted a minute ago at most.",
        "Limita trabajos, turnos y edades. Está contado hace un minuto como máximo.",
    ),
    "total": ("{count} registrations in all", "{count} inscripciones en total"),
    "summary.byStatus": ("By status", "Por estado"),
    "summary.byJob": ("By job", "Por trabajo"),
    "summary.byShift": ("By shift", "Por turno"),
    "summary.byAge": ("By age", "Por edad"),
    "summary.byEthnicity": (
        "By ethnicity, of the whole event, rounded to five",
        "Por origen étnico, de todo el evento, redondeado a cinco",
    ),
}

# What histories and the audit record. What is not named here stands there as it is.
ACTIONS: dict[str, tuple[str, str]] = {
    "status": ("Status", "Estado"),
    "saved": ("saved", "guardada"),
    "submitted": ("submitted", "enviada"),
    "corrected": ("corrected", "corregida"),
    "moved": ("status changed", "cambió el estado"),
    "paperSignature": ("Signed on paper", "Firmada en papel"),
    "withdrawn": ("withdrawn", "retirada"),
    "offered": ("spot offered", "lugar ofrecido"),
    "accepted": ("spot accepted", "lugar aceptado"),
    "offer_declined": ("spot declined", "lugar rechazado"),
    "offer_expired": ("offer expired", "oferta vencida"),
    "registration.saved": ("registration saved", "inscripción guardada"),
    "registration.submitted": ("registration submitted", "inscripción enviada"),
    "registration.corrected": ("registration corrected", "inscripción corregida"),
    "registration.moved": ("registration status changed", "inscripción cambiada de estado"),
    "registration.opened": (
        "draft opened with its reference",
        "borrador abierto con su referencia",
    ),
    "registration.withdrawn": ("registration withdrawn", "inscripción retirada"),
    "registration.noted": ("note written", "nota escrita"),
    "account.registered": ("account made at the desk", "cuenta creada en la oficina"),
    "account.changed": ("account changed", "cuenta cambiada"),
    "account.role_changed": ("role changed", "rol cambiado"),
    "account.disabled": ("account disabled", "cuenta desactivada"),
    "account.enabled": ("account enabled", "cuenta activada"),
    "account.sessions_ended": ("signed out everywhere", "sesiones cerradas"),
    "account.reset_started": ("new password begun", "otra contraseña empezada"),
    "account.password_reset": ("password reset", "contraseña restablecida"),
    "account.password_changed": ("password changed", "contraseña cambiada"),
    "account.second_factor_begun": ("app set-up begun", "configuración de aplicación empezada"),
    "account.second_factor_set": ("authenticator app set up", "aplicación configurada"),
    "account.second_factor_removed": ("authenticator app removed", "aplicación quitada"),
    "account.recovery_codes_made": ("recovery codes made", "códigos de recuperación creados"),
    "account.email_verified": ("email confirmed", "correo confirmado"),
    "account.email_taken_over": (
        "email given to the account of its owner",
        "correo pasado a la cuenta de su dueño",
    ),
    "account.erased": ("account erased", "cuenta borrada"),
}

CHOICES_IN_SPANISH = {
    "true": "Sí",
    "false": "No",
    "User": "User",
    "Admin": "Admin",
    "SuperAdmin": "SuperAdmin",
    "SheHer": "Ella",
    "HeHim": "Él",
    "TheyThem": "Elle",
    "Other": "Otro",
    "UnderSixteen": "Menos de 16 años",
    "SixteenToSeventeen": "16 o 17 años",
    "EighteenToTwenty": "18 a 20 años",
    "TwentyonePlus": "21 años o más",
    "SixteenPlus": "16 años o más",
    "EighteenPlus": "18 años o más",
    "Asian": "Asiático",
    "Black": "Negro",
    "HispanicLatino": "Hispano o latino",
    "NativeIndigenous": "Nativo o indígena",
    "White": "Blanco",
    "NotSpecified": "Sin especificar",
    "morning": "Mañana",
    "day": "Día",
    "evening": "Tarde",
    "overnight": "Noche",
    "animals": "Animales",
    "buildingMaintenance": "Mantenimiento de edificios",
    "cleaning": "Limpieza",
    "customerService": "Atención al público",
    "officeWork": "Oficina",
    "supervisor": "Supervisión",
    "cooking": "Cocina",
    "foodPreparation": "Preparación de comida",
    "foodSales": "Venta de comida",
    "standMaintenance": "Mantenimiento de puestos",
    "retailSales": "Venta al público",
    "gamesRides": "Juegos y atracciones",
    "cleaningCustodial": "Limpieza y conserjería",
    "dataEntry": "Introducción de datos",
    "heavyEquipment": "Maquinaria pesada",
    "foodBeverageService": "Servicio de comida y bebida",
    "physicalLabor": "Trabajo físico",
    "moneyCashier": "Dinero y caja",
    "security": "Seguridad",
}

# What the service says in English, as it says it but for the numbers, and what that is in Spanish.
SENTENCES_IN_SPANISH = {
    "Not authorized": "No tiene la sesión abierta.",
    "Your browser sent more than one session. Sign in again. If that doesn't help, delete this "
    "site's cookies in your browser's settings.": (
        "Su navegador envió más de una sesión. Inicie sesión de nuevo. Si no funciona, borre las "
        "cookies de este sitio en su navegador."
    ),
    "Username or Password is incorrect": "El nombre de usuario o la contraseña no son correctos.",
    "This request comes from another site.": "Esta petición viene de otro sitio.",
    "This is not yours to do.": "Usted no puede hacer esto.",
    "There is nothing here.": "Aquí no hay nada.",
    "This was changed meanwhile. Look at it as it is now.": (
        "Esto ha cambiado entretanto. Mire cómo está ahora."
    ),
    "The body may have # KiB at most.": "Son demasiados datos.",
    "Some fields need another look.": "Hay que revisar algunos campos.",
    "That was tried too often. Please wait a little, then try again.": (
        "Se ha intentado demasiadas veces. Espere un poco y vuelva a intentarlo."
    ),
    "We already sent several emails there. Use the newest one, or check the spam folder.": (
        "Ya enviamos varios mensajes a ese correo. Use el más reciente o revise la carpeta de "
        "correo no deseado."
    ),
    "We already sent several emails there. Check the spam folder, or try again later.": (
        "Ya enviamos varios correos ahí. Revise la carpeta de spam o inténtelo más tarde."
    ),
    "You changed this several times. Try again later.": (
        "Ya lo cambió varias veces. Inténtelo más tarde."
    ),
    "Something went wrong on our side.": "Algo ha fallado por nuestra parte.",
    "The service cannot answer just now. Please try again in a moment.": (
        "El servicio no puede responder ahora. Inténtelo dentro de un momento."
    ),
    "That username or email is already taken.": "Ese nombre de usuario o correo ya está en uso.",
    "This account is being erased. Whoever signs in again keeps what is left of it.": (
        "Esta cuenta se está borrando. Quien inicie sesión de nuevo conserva lo que queda."
    ),
    "This is the last SuperAdmin. Make somebody else one first.": (
        "Es el último SuperAdmin. Nombre antes a otra persona."
    ),
    "Registration for this event is not open now.": (
        "La inscripción para este evento no está abierta ahora."
    ),
    "You can't do that while the registration has this status.": (
        "No se puede hacer eso con el estado actual de la inscripción."
    ),
    "You can only change your phone numbers, email, and address now.": (
        "Ahora solo puede cambiar sus teléfonos, su correo y su dirección."
    ),
    "You can't change this anymore.": "Ya no puede cambiar esto.",
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
    "All places of this event are taken.": "No quedan plazas en este evento.",
    "This offer has expired, so the spot may have gone to someone else.": (
        "Esta oferta venció, así que es posible que el lugar ya sea de otra persona."
    ),
    "This is required.": "Esto es necesario.",
    "This must be text.": "Esto tiene que ser texto.",
    "This must have at least # characters.": "Debe tener al menos # caracteres.",
    "Use # characters or fewer.": "Use # caracteres o menos.",
    "This is too short: at least #.": "Es demasiado corto: al menos #.",
    "Choose no more than #.": "Elija # como máximo.",
    "This must be true or false.": "Hay que elegir sí o no.",
    "This must be a whole number.": "Tiene que ser un número entero.",
    "This must be # or more.": "Tiene que ser # o más.",
    "This must be # or less.": "Tiene que ser # o menos.",
    "This has characters that are not text.": "Hay caracteres que no son texto.",
    "This contains hidden characters. Delete it and type it again.": (
        "Hay caracteres ocultos. Bórrelo y escríbalo de nuevo."
    ),
    "Use fewer accents and marks on each letter.": "Use menos acentos y signos en cada letra.",
    "A password has # characters or more. A few words make a good one.": (
        "Una contraseña tiene # caracteres o más. Unas palabras hacen una buena."
    ),
    "This has the service's name in it. Leave it out, or take other words.": (
        "Contiene el nombre del servicio. Quítelo o use otras palabras."
    ),
    "This has one of your names in it. Leave it out, or take other words.": (
        "Contiene uno de sus nombres. Quítelo o use otras palabras."
    ),
    "This is easy to guess: it repeats itself. Add another word or two.": (
        "Es fácil de adivinar: se repite. Añada una o dos palabras."
    ),
    "This is easy to guess: its characters follow one another. Add another word or two.": (
        "Es fácil de adivinar: sus caracteres van seguidos. Añada una o dos palabras."
    ),
    "This is easy to guess: its keys lie side by side. Add another word or two.": (
        "Es fácil de adivinar: sus teclas están juntas. Añada una o dos palabras."
    ),
    "This is easy to guess: it is mostly a year. Add another word or two.": (
        "Es fácil de adivinar: es casi solo un año. Añada una o dos palabras."
    ),
    "This is easy to guess: it is mostly a date. Add another word or two.": (
        "Es fácil de adivinar: es casi solo una fecha. Añada una o dos palabras."
    ),
    "This is easy to guess: it is short. Add another word or two.": (
        "Es fácil de adivinar: es corta. Añada una o dos palabras."
    ),
    "This is easy to guess: it is made of a few common words. Add another word or two.": (
        "Es fácil de adivinar: son unas pocas palabras comunes. Añada una o dos palabras."
    ),
    "This is easy to guess: it is close to a common password. Add another word or two.": (
        "Es fácil de adivinar: se parece a una contraseña común. Añada una o dos palabras."
    ),
    "This is easy to guess: it is made of your names or the service's. Add another word or two.": (
        "Es fácil de adivinar: son sus nombres o el del servicio. Añada una o dos palabras."
    ),
    "This password is known from a breach of another service. Take another one.": (
        "Esta contraseña se conoce por una filtración de otro servicio. Use otra."
    ),
    "A username has # to # characters.": "Un nombre de usuario tiene de # a # caracteres.",
    "A username is made of letters, digits and any of . _ - + @": (
        "Un nombre de usuario se compone de letras, cifras y . _ - + @"
    ),
    "A username has a letter or a digit in it.": (
        "Un nombre de usuario contiene alguna letra o cifra."
    ),
    "If you use @, enter your full email address.": "Si usa @, escriba su correo completo.",
    "Enter the same email address here and as your email, or choose a username without an @.": (
        "Escriba aquí el mismo correo que en el campo de correo o elija un nombre de usuario sin @."
    ),
    "Your password is needed to change your email address.": (
        "Para cambiar el correo hace falta su contraseña."
    ),
    "Your account has no email address.": "Su cuenta no tiene correo electrónico.",
    "Confirm your email address first, or remove it from your account.": (
        "Primero confirme su correo o quítelo de su cuenta."
    ),
    "This link isn't valid for your account. It may have expired or was already used.": (
        "Este enlace no es válido para su cuenta. Puede que haya vencido o que ya se usara."
    ),
    "The link was sent to another email address. Leave this empty.": (
        "El enlace se envió a otro correo. Deje esto en blanco."
    ),
    "This is not in the form that is wanted here.": "Esto no tiene la forma que se pide.",
    "Enter a ZIP code with # or # digits, for example # or #-#.": (
        "Escriba un código postal de # o # dígitos, por ejemplo # o #-#."
    ),
    "Enter an email address in the right format, like name@example.com.": (
        "Escriba un correo como nombre@ejemplo.com."
    ),
    "This link has been used, or is too old. Ask for a new one.": (
        "Este enlace ya se usó o es demasiado antiguo. Pida otro."
    ),
    "Enter the code that your authenticator app shows, or a recovery code.": (
        "Escriba el código de su aplicación de autenticación o un código de recuperación."
    ),
    "This code is not right, or was used already. Wait for the next one.": (
        "Este código no es correcto o ya se usó. Espere al siguiente."
    ),
    "There is an authenticator app already. Remove that one first.": (
        "Ya hay una aplicación de autenticación. Quite antes esa."
    ),
    "This has taken too long, or was not begun. Begin again with your password.": (
        "Ha tardado demasiado o no se había empezado. Empiece de nuevo con su contraseña."
    ),
    "Your account opens other people's data. Set up an authenticator app first.": (
        "Su cuenta abre datos de otras personas. Configure antes una aplicación de autenticación."
    ),
    "This is not your current password.": "Esta no es su contraseña actual.",
    "Enter a #-digit U.S. phone number, or start with + and the country code.": (
        "Escriba un teléfono de Estados Unidos de # dígitos, o empiece con + y el código del país."
    ),
    "Each may be chosen once.": "Cada uno se elige una sola vez.",
    "There is a middle name: leave one of the two out.": (
        "Hay un segundo nombre: deje uno de los dos sin rellenar."
    ),
    "This is needed before you can submit.": "Esto hace falta para poder enviarla.",
    "Please confirm that what you say here is accurate. It is your signature.": (
        "Confirme que lo que dice aquí es cierto. Es su firma."
    ),
    "You must be at least # on the first day of this event.": (
        "Para trabajar en este evento debe tener por lo menos # años el primer día."
    ),
    "Enter a first name or a last name. One is enough.": (
        "Escriba un nombre o un apellido. Uno basta."
    ),
    "A reference has six letters and digits.": "Una referencia tiene seis letras y cifras.",
    # What only staff are told.
    "This field is not known here.": "Este campo no se conoce aquí.",
    "Type a name, a reference number, an email address, or a phone number.": (
        "Escriba un nombre, un número de referencia, un correo o un teléfono."
    ),
    "This has no letters to look for.": "No hay letras que buscar.",
    "Look for a last name, a phone number or a reference: one of them.": (
        "Busque unos apellidos, un teléfono o una referencia: una sola cosa."
    ),
    "This cursor does not belong to this list.": "Esta lista ha cambiado: empiece de nuevo.",
    "An account was already created with the details that you entered before. Search for it.": (
        "Ya se creó una cuenta con los datos que escribió antes. Búsquela."
    ),
    "Another note has this identifier.": "Ya hay otra nota con este identificador.",
    "Enter a date between # and #.": ("Escriba una fecha entre # y #."),
    "Enter a date and time between # and #.": ("Escriba una fecha y hora entre # y #."),
    "Enter a time zone by its area and city, for example America/Chicago.": (
        "Escriba una zona horaria por su región y ciudad, por ejemplo America/Chicago."
    ),
    "The last day must be the same as or after the first day.": (
        "El último día debe ser igual o posterior al primero."
    ),
    "Registration must close after it opens.": (
        "La inscripción tiene que cerrarse después de abrirse."
    ),
    "Registration must close before the event ends.": (
        "La inscripción debe cerrar antes de que termine el evento."
    ),
    "Registration must open before the event ends.": (
        "La inscripción debe abrir antes de que termine el evento."
    ),
    "A link to choose a new password is on its way to their email address.": (
        "El enlace para elegir otra contraseña va en camino a su correo."
    ),
    "The mail could not be sent. Please try again in a while.": (
        "No se ha podido enviar el correo. Inténtelo dentro de un rato."
    ),
}
