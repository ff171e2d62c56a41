//! What could not be done, and why: the messages of failures.

pub(super) const TEXTS: super::Catalogue = &[
    (
        "A key of one's own is brought by the member who chats with it.",
        "Einen eigenen Schlüssel bringt das Mitglied mit, das damit chattet.",
    ),
    (
        "A lot has been asked here in a short time. You can ask again in {time}.",
        "Hier wurde in kurzer Zeit viel gefragt. Sie können in {time} wieder fragen.",
    ),
    (
        "A lot has been asked in a short time. Your question is kept; press Answer again in a moment.",
        "In kurzer Zeit wurde viel gefragt. Ihre Frage bleibt erhalten; drücken Sie gleich auf „Noch einmal antworten“.",
    ),
    (
        "A model’s name has no spaces and {most} characters at most.",
        "Der Name eines Modells hat keine Leerzeichen und höchstens {most} Zeichen.",
    ),
    (
        "A name with a * stands for many. Add the one that people will type.",
        "Ein Name mit * steht für viele. Fügen Sie den hinzu, den die Leute eintippen werden.",
    ),
    (
        "A program’s key is for team “{name}”. Revoke the key first: it must not become everybody’s.",
        "Ein Programmschlüssel ist für das Team „{name}“. Widerrufen Sie erst den Schlüssel: Er darf nicht allen gehören.",
    ),
    (
        "A provider key is for team “{name}”. Delete the key first: it must not become everybody’s.",
        "Ein Anbieterschlüssel ist für das Team „{name}“. Löschen Sie erst den Schlüssel: Er darf nicht allen gehören.",
    ),
    (
        "A provider key needs attention.",
        "Ein Anbieterschlüssel braucht Aufmerksamkeit.",
    ),
    ("A question is empty.", "Eine Frage ist leer."),
    (
        "A title needs at least one letter.",
        "Ein Titel braucht mindestens einen Buchstaben.",
    ),
    (
        "A token asks questions, and an auditor asks none.",
        "Ein Token stellt Fragen, und ein Prüfer stellt keine.",
    ),
    (
        "A weight is a whole number, 0 or more.",
        "Ein Gewicht ist eine ganze Zahl ab 0.",
    ),
    (
        "A weight is between 0 and {most}.",
        "Ein Gewicht liegt zwischen 0 und {most}.",
    ),
    (
        "Address: an Azure key needs the address of its resource, like https://my-resource.openai.azure.com.",
        "Adresse: Ein Azure-Schlüssel braucht die Adresse seiner Ressource, etwa https://my-resource.openai.azure.com.",
    ),
    (
        "Address: name the server, like https://models.example.com/v1.",
        "Adresse: Nennen Sie den Server, etwa https://models.example.com/v1.",
    ),
    (
        "An address that begins with https://.",
        "Eine Adresse, die mit https:// beginnt.",
    ),
    (
        "An alias has {most} targets at most.",
        "Ein Alias hat höchstens {most} Ziele.",
    ),
    (
        "An alias keeps its name; remove it and make another.",
        "Ein Alias behält seinen Namen; entfernen Sie ihn und legen Sie einen anderen an.",
    ),
    (
        "Another invitation waits for this person. They have to accept that one first; then invite them again.",
        "Auf diese Person wartet eine andere Einladung. Sie muss erst diese annehmen; laden Sie sie danach noch einmal ein.",
    ),
    ("Answered before", "Schon früher beantwortet"),
    (
        "Answered from a similar question",
        "Aus einer ähnlichen Frage beantwortet",
    ),
    (
        "Answered on your own key",
        "Mit Ihrem eigenen Schlüssel beantwortet",
    ),
    (
        "Answered on your team’s key",
        "Mit dem Schlüssel Ihres Teams beantwortet",
    ),
    (
        "Answered on {whose} own key",
        "Mit dem eigenen Schlüssel von {whose} beantwortet",
    ),
    (
        "Answered together with the same question",
        "Zusammen mit derselben Frage beantwortet",
    ),
    (
        "Answers can be kept for between one minute and seven days.",
        "Antworten können zwischen einer Minute und sieben Tagen aufbewahrt werden.",
    ),
    ("At most four questions.", "Höchstens vier Fragen."),
    ("At most two letters.", "Höchstens zwei Buchstaben."),
    ("At most {most} characters.", "Höchstens {most} Zeichen."),
    (
        "Branding is for owners and admins of this workspace.",
        "Das Aussehen ist Sache der Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    ("Choose an environment.", "Wählen Sie eine Umgebung."),
    (
        "Choose another name of this environment that leads to an embedding model.",
        "Wählen Sie einen anderen Namen dieser Umgebung, der zu einem Embedding-Modell führt.",
    ),
    (
        "Choose how a target is chosen.",
        "Wählen Sie, wie ein Ziel gewählt wird.",
    ),
    (
        "Choose the key that pays.",
        "Wählen Sie den Schlüssel, der bezahlt.",
    ),
    (
        "Contains a line break or an invisible character.",
        "Enthält einen Zeilenumbruch oder ein unsichtbares Zeichen.",
    ),
    (
        "Demo answer, no key used",
        "Demo-Antwort, kein Schlüssel verwendet",
    ),
    (
        "Domains are for owners and admins of this workspace.",
        "Domains sind Sache der Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    (
        "Enter your name, at most {most} characters.",
        "Geben Sie Ihren Namen ein, höchstens {most} Zeichen.",
    ),
    (
        "Environment: a key of your own is for this workspace's chat.",
        "Umgebung: Ein eigener Schlüssel ist für den Chat dieses Arbeitsbereichs.",
    ),
    (
        "Environment: choose one of the three.",
        "Umgebung: Wählen Sie eine der drei.",
    ),
    ("Environment: choose one.", "Umgebung: Wählen Sie eine."),
    (
        "Expires: ten years from now at the latest.",
        "Ablauf: spätestens in zehn Jahren.",
    ),
    (
        "Expires: this moment is over.",
        "Ablauf: Dieser Zeitpunkt ist vorbei.",
    ),
    (
        "Give at least one target a weight above 0; those with 0 are for falling back only.",
        "Geben Sie mindestens einem Ziel ein Gewicht über 0; solche mit 0 sind nur zum Ausweichen da.",
    ),
    (
        "Give the time in whole minutes.",
        "Geben Sie die Zeit in ganzen Minuten an.",
    ),
    (
        "It was looked at a moment ago. Wait five seconds and press again.",
        "Es wurde gerade eben nachgesehen. Warten Sie fünf Sekunden und drücken Sie noch einmal.",
    ),
    (
        "Key: paste it as the provider shows it, without spaces or line breaks.",
        "Schlüssel: Fügen Sie ihn ein, wie der Anbieter ihn zeigt, ohne Leerzeichen und Zeilenumbrüche.",
    ),
    ("Key: {words}", "Schlüssel: {words}"),
    (
        "Keys for programs are for owners, admins and auditors of this workspace.",
        "Programmschlüssel sind Sache der Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    (
        "Last day: use a date.",
        "Letzter Tag: Geben Sie ein Datum an.",
    ),
    (
        "Leave out the quotation marks around the key.",
        "Lassen Sie die Anführungszeichen um den Schlüssel weg.",
    ),
    (
        "Leave out the word “Bearer”; only the key belongs here.",
        "Lassen Sie das Wort „Bearer“ weg; nur der Schlüssel gehört hierher.",
    ),
    (
        "Managing members is for owners and administrators of the workspace.",
        "Mitglieder verwalten die Inhaber und Administratoren des Arbeitsbereichs.",
    ),
    (
        "Many answers are still being written here. You can ask again once one of them is finished.",
        "Hier werden noch viele Antworten geschrieben. Sie können wieder fragen, sobald eine davon fertig ist.",
    ),
    (
        "Member: an auditor asks nothing, so no key can be for them.",
        "Mitglied: Ein Prüfer fragt nichts, also kann kein Schlüssel für ihn sein.",
    ),
    (
        "Member: there is no such member.",
        "Mitglied: Dieses Mitglied gibt es nicht.",
    ),
    (
        "Member: they are not in that team.",
        "Mitglied: Es ist nicht in diesem Team.",
    ),
    (
        "Models are for owners and admins of this workspace.",
        "Modelle sind Sache der Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    (
        "Models: there is no model “{model}” in {environment}.",
        "Modelle: Es gibt kein Modell „{model}“ in {environment}.",
    ),
    (
        "Name at least one target: a key and a model.",
        "Nennen Sie mindestens ein Ziel: einen Schlüssel und ein Modell.",
    ),
    (
        "Name the model as its provider does.",
        "Nennen Sie das Modell so, wie sein Anbieter es nennt.",
    ),
    (
        "Name: there is a key called “{name}” in {environment} already. Choose another name, or rotate that key.",
        "Name: Es gibt in {environment} schon einen Schlüssel namens „{name}“. Wählen Sie einen anderen Namen oder tauschen Sie jenen Schlüssel aus.",
    ),
    (
        "Name: use between 1 and {most} characters.",
        "Name: 1 bis {most} Zeichen.",
    ),
    (
        "Names below .{name} are reserved: nobody can own one on the Internet.",
        "Namen unter .{name} sind reserviert: Im Internet kann sie niemand besitzen.",
    ),
    (
        "Networks: name at most {most}.",
        "Netze: Nennen Sie höchstens {most}.",
    ),
    (
        "Networks: the prefix is too long.",
        "Netze: Das Präfix ist zu lang.",
    ),
    ("Networks: {words}.", "Netze: {words}."),
    (
        "No model behind this choice can take this question as it is, or none that it may go to. Your question is kept: choose another model, or tell your administrator.",
        "Kein Modell hinter dieser Wahl kann diese Frage so annehmen, oder keines, an das sie gehen darf. Ihre Frage bleibt erhalten: Wählen Sie ein anderes Modell oder sagen Sie es Ihrem Administrator.",
    ),
    ("Not a colour: {why}.", "Keine Farbe: {why}."),
    ("Not an e-mail address.", "Keine E-Mail-Adresse."),
    (
        "Not the name of an uploaded logo.",
        "Nicht der Name eines hochgeladenen Logos.",
    ),
    (
        "Note: use between 1 and {most} characters.",
        "Notiz: 1 bis {most} Zeichen.",
    ),
    (
        "Only an owner of the workspace can invite another owner.",
        "Nur ein Inhaber des Arbeitsbereichs kann einen weiteren Inhaber einladen.",
    ),
    (
        "Only an owner or an admin of this workspace may change keys for programs.",
        "Nur Inhaber und Administratoren dieses Arbeitsbereichs dürfen Programmschlüssel ändern.",
    ),
    (
        "Only an owner or an admin of this workspace may change provider keys.",
        "Nur Inhaber und Administratoren dieses Arbeitsbereichs dürfen Anbieterschlüssel ändern.",
    ),
    (
        "Only an owner or an admin of this workspace may change which answers are kept.",
        "Nur Inhaber und Administratoren dieses Arbeitsbereichs dürfen ändern, welche Antworten aufbewahrt werden.",
    ),
    (
        "Opening a client as an administrator is not part of what you may do. An owner of the agency, or the operator, can allow it.",
        "Einen Kunden als Administrator zu öffnen gehört nicht zu dem, was Sie dürfen. Ein Inhaber der Agentur oder der Betreiber kann es erlauben.",
    ),
    (
        "Overlap: {most} hours at most.",
        "Überlappung: höchstens {most} Stunden.",
    ),
    ("Paste the key.", "Fügen Sie den Schlüssel ein."),
    (
        "Provider keys are for owners, admins and auditors of this workspace.",
        "Anbieterschlüssel sind Sache der Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    (
        "Provider: choose one of the list.",
        "Anbieter: Wählen Sie einen aus der Liste.",
    ),
    (
        "Provider: keys of this shape are used by several. Choose whose it is and paste the key again; it was not kept.",
        "Anbieter: Schlüssel dieser Form haben mehrere. Wählen Sie, wessen er ist, und fügen Sie den Schlüssel noch einmal ein; er wurde nicht aufbewahrt.",
    ),
    (
        "Questions a minute: use a whole number from 1 on.",
        "Fragen pro Minute: eine ganze Zahl ab 1.",
    ),
    (
        "Region: name the AWS region, like eu-central-1.",
        "Region: Nennen Sie die AWS-Region, etwa eu-central-1.",
    ),
    (
        "SVG files can carry script and are not accepted. Export the logo as PNG.",
        "SVG-Dateien können Skripte enthalten und werden nicht angenommen. Exportieren Sie das Logo als PNG.",
    ),
    (
        "Say for how long answers are kept.",
        "Sagen Sie, wie lange Antworten aufbewahrt werden.",
    ),
    (
        "Say what is to be asked anew.",
        "Sagen Sie, was neu gefragt werden soll.",
    ),
    (
        "Say which model: an alias, or the provider’s name of it.",
        "Sagen Sie, welches Modell: ein Alias oder der Name beim Anbieter.",
    ),
    (
        "Say why, in at most {most} characters. The client can read it.",
        "Sagen Sie warum, in höchstens {most} Zeichen. Der Kunde kann es lesen.",
    ),
    (
        "Service: choose one of the list.",
        "Dienst: Wählen Sie einen aus der Liste.",
    ),
    (
        "Several keys are being checked already. Seal or discard one, or wait fifteen minutes.",
        "Es werden schon mehrere Schlüssel geprüft. Versiegeln oder verwerfen Sie einen, oder warten Sie fünfzehn Minuten.",
    ),
    (
        "Several of your answers are still being written. You can ask again once one of them is finished.",
        "Mehrere Ihrer Antworten werden noch geschrieben. Sie können wieder fragen, sobald eine davon fertig ist.",
    ),
    (
        "Short name: use lower-case letters, digits and hyphens between them.",
        "Kurzname: Kleinbuchstaben, Ziffern und Bindestriche dazwischen.",
    ),
    (
        "Short name: “{slug}” is kept for the platform itself. Choose another.",
        "Kurzname: „{slug}“ ist für die Plattform selbst vorgesehen. Wählen Sie einen anderen.",
    ),
    ("Soft, round or square.", "Weich, rund oder eckig."),
    (
        "Somebody came in as an administrator. See who.",
        "Jemand kam als Administrator herein. Sehen Sie, wer.",
    ),
    ("Somebody else", "Jemand anders"),
    (
        "Somebody else changed this alias in the meantime. What you entered is below, and not saved. Look at the models page, then save again if yours is to stay.",
        "Jemand anders hat diesen Alias inzwischen geändert. Ihre Eingaben stehen unten und sind nicht gespeichert. Sehen Sie auf der Seite der Modelle nach und speichern Sie noch einmal, wenn Ihre Fassung bleiben soll.",
    ),
    (
        "Somebody wrote a version while you were writing. Yours is not in force; your text is kept below. Compare it with what is in force now, then save again.",
        "Während Sie schrieben, hat jemand eine Fassung geschrieben. Ihre gilt nicht; Ihr Text steht unten. Vergleichen Sie ihn mit dem, was jetzt gilt, und speichern Sie dann noch einmal.",
    ),
    (
        "Something went wrong on our side. Nothing you typed is lost. Try again, and if it stays, tell your administrator the id below.",
        "Bei uns ist etwas schiefgegangen. Nichts von Ihrem Text ist verloren. Versuchen Sie es noch einmal, und wenn es so bleibt, nennen Sie Ihrem Administrator die Kennung unten.",
    ),
    (
        "Something went wrong on our side. Your question is kept; press Answer again.",
        "Bei uns ist etwas schiefgegangen. Ihre Frage bleibt erhalten; drücken Sie auf „Noch einmal antworten“.",
    ),
    (
        "Taking the record away is for owners, admins and auditors of this workspace.",
        "Das Protokoll mitnehmen dürfen Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    ("Team {name}", "Team {name}"),
    (
        "Team: there is no such team.",
        "Team: Dieses Team gibt es nicht.",
    ),
    (
        "That is an address, not a name. Add the name that people will type.",
        "Das ist eine Adresse, kein Name. Fügen Sie den Namen hinzu, den die Leute eintippen werden.",
    ),
    (
        "That is not a host name. Use letters, digits and hyphens with dots between, for example ai.example.com, without a port or a path.",
        "Das ist kein Hostname. Verwenden Sie Buchstaben, Ziffern und Bindestriche mit Punkten dazwischen, etwa ai.example.com, ohne Port und ohne Pfad.",
    ),
    (
        "That is not the name of this client. Nothing was changed. Type “{name}”, exactly as it stands here.",
        "Das ist nicht der Name dieses Kunden. Nichts wurde geändert. Tippen Sie „{name}“, genau wie es hier steht.",
    ),
    (
        "That is not the name of this workspace. Nothing was changed. Type “{name}”, exactly as it stands here.",
        "Das ist nicht der Name dieses Arbeitsbereichs. Nichts wurde geändert. Tippen Sie „{name}“, genau wie es hier steht.",
    ),
    (
        "That is not the name. Nothing was changed. Type {host}, as it stands here.",
        "Das ist nicht der Name. Nichts wurde geändert. Tippen Sie {host}, wie es hier steht.",
    ),
    (
        "That is one word. A name that others can reach has a dot in it, for example ai.example.com.",
        "Das ist ein einzelnes Wort. Ein Name, den andere erreichen, enthält einen Punkt, etwa ai.example.com.",
    ),
    (
        "That name belongs to the addresses that this installation gives its workspaces by itself. Add a name of your own.",
        "Dieser Name gehört zu den Adressen, die diese Installation ihren Arbeitsbereichen von selbst gibt. Fügen Sie einen eigenen Namen hinzu.",
    ),
    (
        "That name belongs to this installation itself. Add a name of your own.",
        "Dieser Name gehört der Installation selbst. Fügen Sie einen eigenen Namen hinzu.",
    ),
    (
        "That name has been added already. Its page says what is missing.",
        "Dieser Name wurde schon hinzugefügt. Seine Seite sagt, was fehlt.",
    ),
    (
        "That name is in use in another workspace of this installation. If it is yours, have it removed there first.",
        "Dieser Name wird in einem anderen Arbeitsbereich dieser Installation verwendet. Wenn er Ihnen gehört, lassen Sie ihn dort erst entfernen.",
    ),
    (
        "That name is too long: its records would not fit into DNS.",
        "Dieser Name ist zu lang: Seine Einträge würden nicht ins DNS passen.",
    ),
    (
        "That name lies below one that is in use in another workspace of this installation. Only that workspace can add names below it.",
        "Dieser Name liegt unter einem, der in einem anderen Arbeitsbereich dieser Installation verwendet wird. Nur jener Arbeitsbereich kann Namen darunter hinzufügen.",
    ),
    (
        "That name serves this workspace already.",
        "Dieser Name führt schon zu diesem Arbeitsbereich.",
    ),
    (
        "That name was in use in another workspace until a short time ago. It can be added once its DNS records no longer lead here, or {days} days after it was removed there.",
        "Dieser Name wurde bis vor Kurzem in einem anderen Arbeitsbereich verwendet. Er kann hinzugefügt werden, sobald seine DNS-Einträge nicht mehr hierher führen, oder {days} Tage nachdem er dort entfernt wurde.",
    ),
    (
        "That password is not right. Nothing was changed. Try again.",
        "Das Passwort stimmt nicht. Nichts wurde geändert. Versuchen Sie es noch einmal.",
    ),
    (
        "The alias must begin with a letter or a digit and have small letters, digits, dashes, dots and underscores only, {most} at most.",
        "Der Alias beginnt mit einem Buchstaben oder einer Ziffer und hat nur Kleinbuchstaben, Ziffern, Bindestriche, Punkte und Unterstriche, höchstens {most}.",
    ),
    (
        "The answer broke off in the middle. Another model goes on from there.",
        "Die Antwort brach mittendrin ab. Ein anderes Modell macht von dort weiter.",
    ),
    (
        "The answer broke off in the middle. This is a fresh one.",
        "Die Antwort brach mittendrin ab. Dies ist eine frische.",
    ),
    (
        "The check found: {found}. Nothing was changed. The access has to be pasted again; it was not kept.",
        "Die Prüfung ergab: {found}. Nichts wurde geändert. Der Zugang muss noch einmal eingefügt werden; er wurde nicht aufbewahrt.",
    ),
    (
        "The check is still running. Wait for its result.",
        "Die Prüfung läuft noch. Warten Sie auf das Ergebnis.",
    ),
    (
        "The client is not open, so it cannot be suspended.",
        "Der Kunde ist nicht offen und kann daher nicht stillgelegt werden.",
    ),
    (
        "The client is not suspended.",
        "Der Kunde ist nicht stillgelegt.",
    ),
    (
        "The connection to the model broke in the middle. What arrived is kept; press Answer again for a complete answer.",
        "Die Verbindung zum Modell brach mittendrin ab. Was ankam, bleibt erhalten; drücken Sie für eine ganze Antwort auf „Noch einmal antworten“.",
    ),
    (
        "The email or the password is not right. Check both and try again.",
        "Die E-Mail-Adresse oder das Passwort stimmt nicht. Prüfen Sie beides und versuchen Sie es noch einmal.",
    ),
    (
        "The file is larger than 1 MB. Export the logo smaller and try again.",
        "Die Datei ist größer als 1 MB. Exportieren Sie das Logo kleiner und versuchen Sie es noch einmal.",
    ),
    (
        "The instructions are for owners, admins and auditors of this workspace.",
        "Die Anweisungen sind Sache der Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    (
        "The instructions are written by owners and admins of this workspace.",
        "Die Anweisungen schreiben Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    (
        "The key “{name}” belongs to {there}; this alias belongs to {here}.",
        "Der Schlüssel „{name}“ gehört zu {there}; dieser Alias gehört zu {here}.",
    ),
    (
        "The key “{name}” is disabled.",
        "Der Schlüssel „{name}“ ist abgeschaltet.",
    ),
    (
        "The limit: {what} for {whose} with {model}.",
        "Das Limit: {what} für {whose} mit {model}.",
    ),
    (
        "The limit: {what} for {whose}.",
        "Das Limit: {what} für {whose}.",
    ),
    (
        "The model could not read the request. Your question is kept. Tell your administrator the id below.",
        "Das Modell konnte die Anfrage nicht lesen. Ihre Frage bleibt erhalten. Nennen Sie Ihrem Administrator die Kennung unten.",
    ),
    (
        "The model declined to answer this. You can edit the question and send it again.",
        "Das Modell wollte darauf nicht antworten. Sie können die Frage bearbeiten und noch einmal senden.",
    ),
    (
        "The model is not answering at the moment. Your question is kept; press Answer again in a while, or choose another model.",
        "Das Modell antwortet im Augenblick nicht. Ihre Frage bleibt erhalten; drücken Sie nach einer Weile auf „Noch einmal antworten“ oder wählen Sie ein anderes Modell.",
    ),
    (
        "The model takes no more questions for the moment. Your question is kept; press Answer again shortly.",
        "Das Modell nimmt im Augenblick keine Fragen mehr an. Ihre Frage bleibt erhalten; drücken Sie bald auf „Noch einmal antworten“.",
    ),
    (
        "The name does not serve this workspace yet. Prove it first.",
        "Der Name führt noch nicht zu diesem Arbeitsbereich. Weisen Sie ihn erst nach.",
    ),
    (
        "The name that members see may have {most} characters, on one line.",
        "Der Name, den Mitglieder sehen, darf {most} Zeichen in einer Zeile haben.",
    ),
    (
        "The operator of this installation set this name, and only they can remove it.",
        "Der Betreiber dieser Installation hat diesen Namen gesetzt, und nur er kann ihn entfernen.",
    ),
    (
        "The overview is for owners, admins and auditors of this workspace.",
        "Die Übersicht ist Sache der Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    (
        "The picture has too many pixels. 1024 pixels on the longer side are enough.",
        "Das Bild hat zu viele Pixel. 1024 Pixel auf der längeren Seite genügen.",
    ),
    (
        "The picture is animated. Export a single frame as PNG.",
        "Das Bild ist animiert. Exportieren Sie ein Einzelbild als PNG.",
    ),
    (
        "The picture is damaged. Export it again.",
        "Das Bild ist beschädigt. Exportieren Sie es noch einmal.",
    ),
    (
        "The request could not be read. Reload the page and send again.",
        "Die Anfrage war nicht lesbar. Laden Sie die Seite neu und senden Sie noch einmal.",
    ),
    (
        "The server of this installation cannot delete workspaces by itself; its operator can. Nothing was changed.",
        "Der Server dieser Installation kann selbst keine Arbeitsbereiche löschen; sein Betreiber kann es. Nichts wurde geändert.",
    ),
    (
        "The server of this installation cannot make workspaces by itself; its operator can, with the command line. Nothing was made.",
        "Der Server dieser Installation kann selbst keine Arbeitsbereiche anlegen; sein Betreiber kann es mit der Kommandozeile. Nichts wurde angelegt.",
    ),
    (
        "The service that holds this workspace’s key does not answer at the moment. Nothing is lost and nothing you typed is gone. Try again in a minute.",
        "Der Dienst, der den Schlüssel dieses Arbeitsbereichs hält, antwortet im Augenblick nicht. Nichts ist verloren, auch nichts von Ihrem Text. Versuchen Sie es in einer Minute noch einmal.",
    ),
    (
        "The share of wrong answers is between 0.01% and 10%, for example 1%.",
        "Der Anteil falscher Antworten liegt zwischen 0.01% und 10%, etwa 1%.",
    ),
    (
        "The short name “{slug}” is in use. Choose another.",
        "Der Kurzname „{slug}“ ist vergeben. Wählen Sie einen anderen.",
    ),
    (
        "The terms have changed meanwhile. Load the page again and read them first.",
        "Die Bedingungen haben sich inzwischen geändert. Laden Sie die Seite neu und lesen Sie sie zuerst.",
    ),
    (
        "The workspace is not open, so it cannot be deleted from here. Nothing was changed.",
        "Der Arbeitsbereich ist nicht offen und kann daher von hier aus nicht gelöscht werden. Nichts wurde geändert.",
    ),
    (
        "The workspace's connection to the model needs attention. Your question is kept. An administrator can repair it; then press Answer again.",
        "Um die Verbindung des Arbeitsbereichs zum Modell muss sich jemand kümmern. Ihre Frage bleibt erhalten. Ein Administrator kann sie reparieren; drücken Sie danach auf „Noch einmal antworten“.",
    ),
    (
        "The workspace's connection to the model needs attention; your administrators are told of it. Your question is kept. Once it is repaired, press Answer again.",
        "Um die Verbindung des Arbeitsbereichs zum Modell muss sich jemand kümmern; Ihre Administratoren wissen davon. Ihre Frage bleibt erhalten. Drücken Sie nach der Reparatur auf „Noch einmal antworten“.",
    ),
    (
        "There are 50 domains here, and no more can be added. Remove one that is not needed.",
        "Hier gibt es 50 Domains, mehr gehen nicht. Entfernen Sie eine, die nicht gebraucht wird.",
    ),
    (
        "There are too many pictures here already. Those that no look uses go after a day.",
        "Hier gibt es schon zu viele Bilder. Solche, die kein Aussehen verwendet, verschwinden nach einem Tag.",
    ),
    (
        "There are {most} keys already. Revoke one that is not used any more.",
        "Es gibt schon {most} Schlüssel. Widerrufen Sie einen, der nicht mehr gebraucht wird.",
    ),
    (
        "There is a character in it that no key has.",
        "Es steht ein Zeichen darin, das kein Schlüssel hat.",
    ),
    (
        "There is a key called “{name}” in {environment} already.",
        "Es gibt in {environment} schon einen Schlüssel namens „{name}“.",
    ),
    (
        "There is a space or a line break in it.",
        "Es steht ein Leerzeichen oder ein Zeilenumbruch darin.",
    ),
    (
        "There is a team called “{name}” already.",
        "Es gibt schon ein Team namens „{name}“.",
    ),
    (
        "There is an alias of this name already; change that one.",
        "Es gibt schon einen Alias dieses Namens; ändern Sie jenen.",
    ),
    (
        "There is no such version of the instructions.",
        "Diese Fassung der Anweisungen gibt es nicht.",
    ),
    (
        "There is nothing at this address, or it is not yours.",
        "Unter dieser Adresse gibt es nichts, oder es gehört Ihnen nicht.",
    ),
    (
        "This address is not encrypted, so nobody can sign in here. Use the https address.",
        "Diese Adresse ist nicht verschlüsselt, daher kann sich hier niemand anmelden. Verwenden Sie die Adresse mit https.",
    ),
    (
        "This check is no longer held: it was sealed already, discarded, or is older than fifteen minutes. Paste the key again.",
        "Diese Prüfung gibt es nicht mehr: Der Schlüssel wurde schon versiegelt oder verworfen, oder sie ist älter als fünfzehn Minuten. Fügen Sie den Schlüssel noch einmal ein.",
    ),
    (
        "This client lets nobody come in from here. An owner of the workspace can allow it, on its page “Workspace”.",
        "Dieser Kunde lässt von hier niemanden herein. Ein Inhaber des Arbeitsbereichs kann es auf dessen Seite „Arbeitsbereich“ erlauben.",
    ),
    (
        "This conversation has grown too long for the model. Begin a new chat, or edit an earlier question to continue from there.",
        "Diese Unterhaltung ist für das Modell zu lang geworden. Beginnen Sie einen neuen Chat, oder bearbeiten Sie eine frühere Frage, um von dort weiterzumachen.",
    ),
    (
        "This does not look like an email address.",
        "Das sieht nicht nach einer E-Mail-Adresse aus.",
    ),
    (
        "This invitation is not valid any more. It works once and for seven days. Ask the person who invited you for a new one.",
        "Diese Einladung gilt nicht mehr. Sie gilt einmal und sieben Tage lang. Bitten Sie die Person, die Sie eingeladen hat, um eine neue.",
    ),
    (
        "This is longer than one request may be. Shorten it or send it in parts.",
        "Das ist länger, als eine Anfrage sein darf. Kürzen Sie es oder senden Sie es in Teilen.",
    ),
    (
        "This is longer than {most} KB. Every question carries it; shorten it.",
        "Das ist länger als {most} KB. Jede Frage trägt es mit; kürzen Sie es.",
    ),
    (
        "This is not a PNG, JPEG or WebP picture.",
        "Das ist kein Bild in PNG, JPEG oder WebP.",
    ),
    (
        "This is the shortened form that lists show; paste the whole key.",
        "Das ist die gekürzte Form, die Listen zeigen; fügen Sie den ganzen Schlüssel ein.",
    ),
    (
        "This is what is in force already. Nothing was changed.",
        "Das gilt bereits so. Nichts wurde geändert.",
    ),
    (
        "This key and model are named above already.",
        "Dieser Schlüssel und dieses Modell stehen oben schon.",
    ),
    (
        "This key is a member's own. You can take it out of use or delete it.",
        "Dieser Schlüssel gehört einem Mitglied. Sie können ihn abschalten oder löschen.",
    ),
    (
        "This key is not there any more; choose another.",
        "Diesen Schlüssel gibt es nicht mehr; wählen Sie einen anderen.",
    ),
    (
        "This key is revoked. Make another one.",
        "Dieser Schlüssel ist widerrufen. Legen Sie einen anderen an.",
    ),
    (
        "This key was rotated already. Its page shows how it ends now.",
        "Dieser Schlüssel wurde schon ausgetauscht. Seine Seite zeigt, wie er jetzt endet.",
    ),
    (
        "This key's limit for this month is used up.",
        "Das Limit dieses Schlüssels für diesen Monat ist verbraucht.",
    ),
    (
        "This looks like a key of {looks}, not of {chosen}. Nothing was sent.",
        "Das sieht nach einem Schlüssel von {looks} aus, nicht von {chosen}. Nichts wurde gesendet.",
    ),
    (
        "This model has no price yet, and the workspace has a limit, so nothing was sent. Your text is kept. An administrator can set the price.",
        "Dieses Modell hat noch keinen Preis, und der Arbeitsbereich hat ein Limit; daher wurde nichts gesendet. Ihr Text bleibt erhalten. Ein Administrator kann den Preis festlegen.",
    ),
    (
        "This model is not available any more. Your text is kept: choose another model and send again.",
        "Dieses Modell gibt es nicht mehr. Ihr Text bleibt erhalten: Wählen Sie ein anderes Modell und senden Sie noch einmal.",
    ),
    (
        "This month's limit is used up. Your conversations stay readable and your text is kept. An administrator can raise the limit.",
        "Das Limit dieses Monats ist verbraucht. Ihre Unterhaltungen bleiben lesbar, und Ihr Text bleibt erhalten. Ein Administrator kann das Limit erhöhen.",
    ),
    (
        "This month's limit of the workspace is used up.",
        "Das Limit des Arbeitsbereichs für diesen Monat ist verbraucht.",
    ),
    (
        "This month's limit of {team} is used up.",
        "Das Limit für diesen Monat ist verbraucht, und zwar das von: {team}.",
    ),
    (
        "This name comes with the installation and stays.",
        "Dieser Name gehört zur Installation und bleibt.",
    ),
    (
        "This page is for owners of the workspace: only they can delete it.",
        "Diese Seite ist Sache der Inhaber des Arbeitsbereichs: Nur sie können ihn löschen.",
    ),
    (
        "This password is among the first anybody would guess. Choose another.",
        "Dieses Passwort gehört zu den ersten, die jemand raten würde. Wählen Sie ein anderes.",
    ),
    (
        "This person is already in the workspace.",
        "Diese Person ist schon im Arbeitsbereich.",
    ),
    (
        "This picture is not here any more. Upload it again.",
        "Dieses Bild ist nicht mehr da. Laden Sie es noch einmal hoch.",
    ),
    (
        "This text is longer than {most} KB. Shorten it or send it in parts.",
        "Dieser Text ist länger als {most} KB. Kürzen Sie ihn oder senden Sie ihn in Teilen.",
    ),
    (
        "This way in is not valid any more. It works once and for a minute. Open the client again from the platform host.",
        "Dieser Zugang gilt nicht mehr. Er gilt einmal und eine Minute lang. Öffnen Sie den Kunden noch einmal von der Plattform aus.",
    ),
    (
        "This workspace does not use members' own keys.",
        "Dieser Arbeitsbereich verwendet keine eigenen Schlüssel der Mitglieder.",
    ),
    (
        "This workspace has no key of its own. Nothing was changed: attach one first.",
        "Dieser Arbeitsbereich hat keinen eigenen Schlüssel. Nichts wurde geändert: Verbinden Sie erst einen.",
    ),
    (
        "This workspace is on its way from one key to another. Nothing was changed: wait until that is done.",
        "Dieser Arbeitsbereich wechselt gerade von einem Schlüssel zum anderen. Nichts wurde geändert: Warten Sie, bis das fertig ist.",
    ),
    (
        "This workspace is paused. Your conversations are safe. Ask your administrator when it opens again.",
        "Dieser Arbeitsbereich ist angehalten. Ihre Unterhaltungen sind sicher. Fragen Sie Ihren Administrator, wann er wieder öffnet.",
    ),
    (
        "This workspace is sealed. See why.",
        "Dieser Arbeitsbereich ist versiegelt. Sehen Sie, warum.",
    ),
    (
        "This workspace is sealed: its owner has switched off the key that opens it. Nothing is lost. Your administrators see why on the page of keys; once the key is on again, everything is as it was.",
        "Dieser Arbeitsbereich ist versiegelt: Sein Inhaber hat den Schlüssel abgeschaltet, der ihn öffnet. Nichts ist verloren. Ihre Administratoren sehen auf der Seite der Schlüssel, warum; ist der Schlüssel wieder eingeschaltet, ist alles wie zuvor.",
    ),
    (
        "This workspace is sealed: what is stored about its key was changed, and not by this installation. Nothing is lost. Your administrators and the operator are told; once it is put right, everything is as it was.",
        "Dieser Arbeitsbereich ist versiegelt: Was über seinen Schlüssel gespeichert ist, wurde geändert, und nicht von dieser Installation. Nichts ist verloren. Ihre Administratoren und der Betreiber wissen davon; ist es in Ordnung gebracht, ist alles wie zuvor.",
    ),
    (
        "Too many attempts. Nothing was changed. Wait fifteen minutes and try again.",
        "Zu viele Versuche. Nichts wurde geändert. Warten Sie fünfzehn Minuten und versuchen Sie es noch einmal.",
    ),
    (
        "Too many attempts. Wait fifteen minutes and try again, or ask your administrator.",
        "Zu viele Versuche. Warten Sie fünfzehn Minuten und versuchen Sie es noch einmal, oder fragen Sie Ihren Administrator.",
    ),
    (
        "Too many attempts. Wait fifteen minutes and try again.",
        "Zu viele Versuche. Warten Sie fünfzehn Minuten und versuchen Sie es noch einmal.",
    ),
    (
        "Type the name, for example ai.example.com.",
        "Tippen Sie den Namen ein, etwa ai.example.com.",
    ),
    (
        "US dollars: use an amount like 40 or 2.50.",
        "US-Dollar: ein Betrag wie 40 oder 2.50.",
    ),
    (
        "Use at least {min} characters. A short sentence works well.",
        "Verwenden Sie mindestens {min} Zeichen. Ein kurzer Satz eignet sich gut.",
    ),
    (
        "Use at most {most} bytes.",
        "Verwenden Sie höchstens {most} Bytes.",
    ),
    (
        "What is left out of the start is decided by owners and admins of this workspace.",
        "Was beim Start ausgelassen wird, entscheiden Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    (
        "What was saved is for owners, admins and auditors of this workspace.",
        "Was gespart wurde, ist Sache der Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    (
        "What you may do yourself is for somebody else to change.",
        "Was Sie selbst dürfen, kann nur jemand anders ändern.",
    ),
    (
        "Whether people of the agency may come in is for owners of the workspace.",
        "Ob Leute der Agentur hereindürfen, entscheiden Inhaber des Arbeitsbereichs.",
    ),
    (
        "Who did what is for owners, admins and auditors of this workspace.",
        "Wer was getan hat, ist Sache der Inhaber, Administratoren und Prüfer dieses Arbeitsbereichs.",
    ),
    (
        "Who is signed in is for owners and admins of this workspace.",
        "Wer angemeldet ist, ist Sache der Inhaber und Administratoren dieses Arbeitsbereichs.",
    ),
    (
        "Who may use it: choose one of the list.",
        "Wer ihn verwenden darf: Wählen Sie aus der Liste.",
    ),
    (
        "Who may use it: there is no such team any more.",
        "Wer ihn verwenden darf: Dieses Team gibt es nicht mehr.",
    ),
    ("Write a question first.", "Schreiben Sie erst eine Frage."),
    (
        "Write what every model is to be told.",
        "Schreiben Sie, was jedem Modell gesagt werden soll.",
    ),
    (
        "You are signed out. Sign in again.",
        "Sie sind abgemeldet. Melden Sie sich noch einmal an.",
    ),
    (
        "You have asked a lot in a short time. You can ask again in {time}.",
        "Sie haben in kurzer Zeit viel gefragt. Sie können in {time} wieder fragen.",
    ),
    (
        "You have {most} tokens already. Each ends within an hour; signing out ends those made with this browser.",
        "Sie haben schon {most} Tokens. Jedes endet binnen einer Stunde; beim Abmelden enden die mit diesem Browser angelegten.",
    ),
    (
        "You may not open clients as an administrator yourself, so you cannot allow it to others. The operator can.",
        "Sie dürfen selbst keine Kunden als Administrator öffnen, also können Sie es auch anderen nicht erlauben. Der Betreiber kann es.",
    ),
    (
        "Your own key did not open this model: its provider refuses it, or it has no credit, or the model is not for it. Your question is kept. See it under Account, Personal keys; then press Answer again.",
        "Ihr eigener Schlüssel hat dieses Modell nicht geöffnet: Der Anbieter weist ihn ab, er hat kein Guthaben, oder das Modell ist nicht für ihn. Ihre Frage bleibt erhalten. Sehen Sie unter „Konto“, „Eigene Schlüssel“ nach und drücken Sie dann auf „Noch einmal antworten“.",
    ),
    (
        "Your own limit for this month is used up.",
        "Ihr eigenes Limit für diesen Monat ist verbraucht.",
    ),
    (
        "Your personal key needs attention.",
        "Ihr eigener Schlüssel braucht Aufmerksamkeit.",
    ),
    (
        "Your role reads records and cannot ask questions. An owner or administrator of the workspace can change that.",
        "Ihre Rolle liest Protokolle und kann keine Fragen stellen. Ein Inhaber oder Administrator des Arbeitsbereichs kann das ändern.",
    ),
    ("Your team", "Ihr Team"),
    (
        "`{name}` is not known; a target can have connect, head, first, stall, total, context, images, tools, structured, reasoning, region and prefill",
        "`{name}` ist nicht bekannt; ein Ziel kann connect, head, first, stall, total, context, images, tools, structured, reasoning, region und prefill haben",
    ),
    (
        "`{name}` is yes or no, not `{value}`",
        "`{name}` ist yes oder no, nicht `{value}`",
    ),
    (
        "`{text}` is no count of tokens; write 128k, 1m or 200000",
        "`{text}` ist keine Anzahl von Tokens; schreiben Sie 128k, 1m oder 200000",
    ),
    (
        "`{text}` is no region; write letters, digits and dashes, like eu or us-east-1",
        "`{text}` ist keine Region; schreiben Sie Buchstaben, Ziffern und Bindestriche, wie eu oder us-east-1",
    ),
    (
        "`{text}` is no time; write 20s, 1500ms or 5m",
        "`{text}` ist keine Zeit; schreiben Sie 20s, 1500ms oder 5m",
    ),
    (
        "`{text}` is no way to go on with an answer; use last-line, prefix or vllm",
        "`{text}` ist keine Art, eine Antwort fortzusetzen; nehmen Sie last-line, prefix oder vllm",
    ),
    (
        "`{text}` is not a share between 0.01% and 10%, such as 1%",
        "`{text}` ist kein Anteil zwischen 0.01% und 10%, wie 1%",
    ),
    (
        "`{text}` is not between 100ms and 60m",
        "`{text}` liegt nicht zwischen 100ms und 60m",
    ),
    ("a second", "einer Sekunde"),
    ("answers at once", "Antworten zugleich"),
    (
        "no connection is waited for longer than 60s",
        "auf keine Verbindung wird länger als 60s gewartet",
    ),
    ("questions a minute", "Fragen pro Minute"),
    ("spending", "Ausgaben"),
    ("the workspace", "den Arbeitsbereich"),
    ("this key", "diesen Schlüssel"),
    ("tokens a minute", "Tokens pro Minute"),
    ("you", "Sie"),
    (
        "{by} changed the look since you opened this form. What you typed is still here and nothing was changed. Send it once more to put it in the place of theirs.",
        "{by} hat das Aussehen geändert, seit Sie dieses Formular geöffnet haben. Ihre Eingaben stehen noch hier, und nichts wurde geändert. Senden Sie es noch einmal, um Ihre Fassung an die Stelle zu setzen.",
    ),
    (
        "{label}: use at most {most} plain characters without spaces.",
        "{label}: höchstens {most} einfache Zeichen ohne Leerzeichen.",
    ),
    ("{minutes} minutes", "{minutes} Minuten"),
    (
        "{name} is a suffix under which anybody can register names. Add a name of yours below it.",
        "{name} ist eine Endung, unter der jeder Namen anmelden kann. Fügen Sie einen Ihrer Namen darunter hinzu.",
    ),
    (
        "{name} is an owner of this workspace. Only an owner can sign an owner out.",
        "{name} ist Inhaber dieses Arbeitsbereichs. Nur ein Inhaber kann einen Inhaber abmelden.",
    ),
    (
        "{name} is written in letters that look like others, so readers could take it for another name ({ascii}). Such names cannot be added.",
        "{name} ist in Buchstaben geschrieben, die anderen gleichen; Leser könnten ihn für einen anderen Namen halten ({ascii}). Solche Namen können nicht hinzugefügt werden.",
    ),
    (
        "{name}: this service needs it.",
        "{name}: Dieser Dienst braucht das.",
    ),
    ("{name}’", "{name}"),
    ("{name}’s", "{name}"),
    ("{seconds} seconds", "{seconds} Sekunden"),
    (
        "{step}, but then: {found}. Nothing was changed. The access has to be pasted again; it was not kept.",
        "{step}, aber dann: {found}. Nichts wurde geändert. Der Zugang muss noch einmal eingefügt werden; er wurde nicht aufbewahrt.",
    ),
    (
        "{team} has asked a lot in a short time. You can ask again in {time}.",
        "{team} hat in kurzer Zeit viel gefragt. Sie können in {time} wieder fragen.",
    ),
    (
        "{team} has several answers still being written. You can ask again once one of them is finished.",
        "Für {team} werden noch mehrere Antworten geschrieben. Sie können wieder fragen, sobald eine davon fertig ist.",
    ),
    (
        "{what} It begins anew on {day}. Your conversations stay readable and your text is kept. {who} can raise the limit.",
        "{what} Es beginnt am {day} neu. Ihre Unterhaltungen bleiben lesbar, und Ihr Text bleibt erhalten. {who} kann das Limit erhöhen.",
    ),
    (
        "{what} Your question is kept.",
        "{what} Ihre Frage bleibt erhalten.",
    ),
    (
        "{what} Your question is kept. {which}",
        "{what} Ihre Frage bleibt erhalten. {which}",
    ),
];
