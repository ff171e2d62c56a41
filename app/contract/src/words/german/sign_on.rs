//! Signing in through a company's own provider, and the account page.

pub(super) const TEXTS: super::Catalogue = &[
    ("Account · {workspace}", "Konto · {workspace}"),
    (
        "Continue with your company account",
        "Mit dem Firmenkonto fortfahren",
    ),
    ("For your programs", "Für Ihre Programme"),
    (
        "Last used {seen}, signed in {day}",
        "Zuletzt benutzt {seen}, angemeldet {day}",
    ),
    ("Leads to {host}", "Führt zu {host}"),
    ("Make a token", "Token erstellen"),
    ("Name", "Name"),
    (
        "No identity provider is set up here for addresses of that domain. Check the address, or sign in with your password.",
        "Für Adressen dieser Domain ist hier kein Identitätsanbieter eingerichtet. Prüfen Sie die Adresse, oder melden Sie sich mit Ihrem Passwort an.",
    ),
    ("Other ways in", "Andere Wege hinein"),
    (
        "Passwords are for owners of this workspace only.",
        "Passwörter sind nur für Inhaber dieses Arbeitsbereichs.",
    ),
    ("Role", "Rolle"),
    ("Sign in with {name}", "Anmelden mit {name}"),
    ("Sign out everywhere", "Überall abmelden"),
    ("Sign out {device}", "{device} abmelden"),
    (
        "Sign-on is for owners and admins of this workspace.",
        "Die Anmeldung per SSO ist Sache der Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    ("Signed-in browsers", "Angemeldete Browser"),
    (
        "That account is linked to somebody already, or you are linked to another one. Nothing was changed.",
        "Dieses Konto ist schon mit jemandem verknüpft, oder Sie sind mit einem anderen verknüpft. Es wurde nichts geändert.",
    ),
    (
        "The logout token is not one for this connection.",
        "Das Abmelde-Token ist keines für diese Verbindung.",
    ),
    ("This browser", "Dieser Browser"),
    (
        "This sign-in is not waited for: it took too long, was used already, or began in another browser. Begin again.",
        "Auf diese Anmeldung wird nicht gewartet: Sie hat zu lange gedauert, wurde schon benutzt oder begann in einem anderen Browser. Beginnen Sie neu.",
    ),
    (
        "This workspace signs in through its identity provider, so no password can be chosen. Open the sign-in page and use the button for it.",
        "Dieser Arbeitsbereich meldet über seinen Identitätsanbieter an, deshalb kann kein Passwort gewählt werden. Öffnen Sie die Anmeldeseite und benutzen Sie die Schaltfläche dafür.",
    ),
    (
        "This workspace signs in through its identity provider. Use the button for it on this page.",
        "Dieser Arbeitsbereich meldet über seinen Identitätsanbieter an. Benutzen Sie die Schaltfläche dafür auf dieser Seite.",
    ),
    (
        "You were signed in twice at the same moment. Try again.",
        "Sie wurden im selben Augenblick zweimal angemeldet. Versuchen Sie es noch einmal.",
    ),
    (
        "{what}: copy it from the provider, without spaces.",
        "{what}: Kopieren Sie es vom Anbieter, ohne Leerzeichen.",
    ),
];
