//! How sealing works, told truthfully to somebody who has to answer for it.

use super::page_of;
use leptos::prelude::*;

/// The explanation.
#[component]
pub(crate) fn SealingPage() -> impl IntoView {
    page_of(
        "How sealing works",
        |ports, caller| async move { ports.sealing.sealing(&caller).await },
        |_, sealing| {
            view! {
                <div class="page-head">
                    <div>
                        <p class="hint"><a href="/admin/keys">"Provider keys"</a></p>
                        <h1>"How sealing works"</h1>
                    </div>
                </div>
                <article class="panel prose explain">
                    <h2>"What is done with a key"</h2>
                    <p>
                        "It leaves the form once, over the connection of this page, and is encrypted "
                        "before it is stored: a fresh random 256-bit key for this one secret, "
                        "AES-256-GCM, bound to this workspace and this entry, so that it opens nowhere "
                        "else. That random key is itself encrypted under a key of this workspace. "
                        {sealing.statement}
                    </p>
                    <h2>"Who can read it"</h2>
                    <p>
                        "No page, no command and no export gives it back; they show its last four "
                        "characters. A copy of the database does not open it. While an answer is "
                        "fetched, the server opens it in memory for that one request and forgets it. "
                        "Whoever controls the running server and its keyring could therefore get at "
                        "it: sealing protects what is stored, not against the operator of the machine."
                    </p>
                    <h2>"What else is sealed"</h2>
                    <p>"Questions, answers, titles and the workspace’s own instructions, each with a key of its own."</p>
                    <h2>"What you can do"</h2>
                    <ul>
                        <li>"Disable a key here: it is not used from within seconds, and can be used again."</li>
                        <li>"Rotate it: the new secret is checked first, the old one can be kept for some hours."</li>
                        <li>"Delete it: the stored secret is erased. Backups of the database keep the encrypted form until they are deleted."</li>
                        <li>"Revoke it at the provider: that ends it everywhere, whatever happens here."</li>
                    </ul>
                    {sealing.own_key.then(switch)}
                    <h2>"What is recorded"</h2>
                    <p>"Who added, checked, rotated, disabled or deleted a key and when; and for every answer which key paid, for whom, and what it cost."</p>
                </article>
            }
        },
    )
}

/// What the owner of the key can do at the key service, and what that does here.
fn switch() -> impl IntoView {
    let rows = [
        (
            "Disable the key",
            "Everything here is sealed within a minute",
            "Enable it: all is as it was within seconds",
        ),
        ("Take away our access", "The same", "Give it back"),
        (
            "Schedule its deletion",
            "The same",
            "Cancel the deletion and enable the key",
        ),
        (
            "Delete it",
            "Nothing here can be opened again, by anybody, backups included",
            "No",
        ),
        (
            "Rotate it there",
            "Nothing changes; ask the operator to wrap this workspace’s key anew",
            "Not needed",
        ),
    ];
    let rows = rows
        .into_iter()
        .map(|(action, effect, undo)| {
            view! { <tr><th scope="row">{action}</th><td>{effect}</td><td>{undo}</td></tr> }
        })
        .collect_view();
    view! {
        <h2>"What your key service decides"</h2>
        <p>
            "Your key opens the key of this workspace, and we ask for it at least once a minute while "
            "somebody works here. Answers that are being written when it is switched off may end first."
        </p>
        <div class="table-scroll" tabindex="0" role="region" aria-label="What your key service decides">
            <table>
                <thead><tr><th scope="col">"What you do there"</th><th scope="col">"What happens here"</th><th scope="col">"How to undo it"</th></tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
    }
}
