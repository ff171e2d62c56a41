//! Signing in, invitations, refusals, the person's own account.

pub(super) const TEXTS: super::Catalogue = &[
    (
        "Access key or client id",
        "Zugriffsschlüssel oder Client-ID",
    ),
    ("Address", "Adresse"),
    (
        "At least {min} characters. Spaces are welcome.",
        "Mindestens {min} Zeichen. Leerzeichen sind willkommen.",
    ),
    (
        "Demo workspace. Names and figures are invented.",
        "Demo-Arbeitsbereich. Namen und Zahlen sind erfunden.",
    ),
    ("Directory id", "Verzeichnis-ID"),
    ("Email", "E-Mail"),
    ("Go to the start page", "Zur Startseite"),
    ("Help: {email}", "Hilfe: {email}"),
    ("Invitation · {workspace}", "Einladung · {workspace}"),
    ("Join", "Beitreten"),
    ("Join the workspace", "Dem Arbeitsbereich beitreten"),
    ("Key", "Schlüssel"),
    ("Language", "Sprache"),
    ("Not part of your role", "Nicht Teil Ihrer Rolle"),
    ("Password", "Passwort"),
    ("Privacy", "Datenschutz"),
    ("Sign in", "Anmelden"),
    ("Sign in to continue", "Melden Sie sich an, um fortzufahren"),
    ("Sign in · {workspace}", "Anmelden · {workspace}"),
    (
        "Something went wrong on our side. Try again.",
        "Bei uns ist etwas schiefgegangen. Versuchen Sie es noch einmal.",
    ),
    ("Terms", "Nutzungsbedingungen"),
    ("This did not work", "Das hat nicht geklappt"),
    (
        "This invitation was used, was withdrawn or has expired. Ask the person who sent it for a new one.",
        "Diese Einladung wurde verwendet, zurückgezogen oder ist abgelaufen. Bitten Sie die Person, die sie geschickt hat, um eine neue.",
    ),
    (
        "This workspace is suspended",
        "Dieser Arbeitsbereich ist stillgelegt",
    ),
    ("Too many tries", "Zu viele Versuche"),
    (
        "You are signed out. Sign in again; nothing you typed is lost.",
        "Sie sind abgemeldet. Melden Sie sich noch einmal an; nichts von Ihrem Text ist verloren.",
    ),
    ("Your name", "Ihr Name"),
    ("admin", "Administrator"),
    ("auditor", "Prüfer"),
    ("guest", "Gast"),
    ("member", "Mitglied"),
    ("owner", "Inhaber"),
    (
        "{name} invited you to {workspace} as {role}.",
        "{name} hat Sie zu {workspace} eingeladen, als {role}.",
    ),
    (
        "{workspace} is suspended for now. Conversations and settings are kept.",
        "{workspace} ist vorerst stillgelegt. Unterhaltungen und Einstellungen bleiben erhalten.",
    ),
];
