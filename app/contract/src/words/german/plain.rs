//! Signing in, invitations, refusals, the person's own account.

pub(super) const TEXTS: super::Catalogue = &[
    (
        "At least {min} characters. Spaces are welcome.",
        "Mindestens {min} Zeichen. Leerzeichen sind willkommen.",
    ),
    (
        "Demo workspace. Names and figures are invented.",
        "Demo-Arbeitsbereich. Namen und Zahlen sind erfunden.",
    ),
    ("Go to the start page", "Zur Startseite"),
    ("Help: {email}", "Hilfe: {email}"),
    ("Invitation · {workspace}", "Einladung · {workspace}"),
    ("Join", "Beitreten"),
    ("Join the workspace", "Dem Arbeitsbereich beitreten"),
    ("Language", "Sprache"),
    ("Not part of your role", "Nicht Teil Ihrer Rolle"),
    ("Sign in to continue", "Melden Sie sich an, um fortzufahren"),
    ("Sign in · {workspace}", "Anmelden · {workspace}"),
    ("This did not work", "Das hat nicht geklappt"),
    (
        "This workspace is suspended",
        "Dieser Arbeitsbereich ist stillgelegt",
    ),
    ("Too many tries", "Zu viele Versuche"),
    ("Your name", "Ihr Name"),
    ("admin", "Administrator"),
    ("auditor", "Prüfer"),
    ("guest", "Gast"),
    ("member", "Mitglied"),
    (
        "{name} invited you to {workspace} as {role}.",
        "{name} hat Sie zu {workspace} eingeladen, als {role}.",
    ),
    (
        "{workspace} is suspended for now. Conversations and settings are kept.",
        "{workspace} ist vorerst stillgelegt. Unterhaltungen und Einstellungen bleiben erhalten.",
    ),
    ("owner", "Inhaber"),
];
