//! What the end of the workspace destroys, what remains, and the form that asks for it.

use crate::keys::Password;
use contract::workspace::WorkspaceView;
use leptos::prelude::*;

/// Folded until somebody looks for it; `open` where it was just refused.
#[component]
pub(super) fn DeleteForm(workspace: WorkspaceView, open: bool) -> impl IntoView {
    let label = format!("Type “{}” to confirm", workspace.name);
    let backups = if workspace.own_key {
        "Backups that the operator of this installation made before, sealed as everything here is, until \
         they are overwritten. Once you disable or delete your key at your key service, nobody can open \
         them either."
    } else {
        "Backups that the operator of this installation made before, sealed under the installation’s \
         keyring, until they are overwritten. Ask the operator how long that takes."
    };
    view! {
        <details class="panel fold danger" open=open>
            <summary>"Delete this workspace"</summary>
            <div class="fold-inner">
                <div class="prose">
                    <h2>"What happens"</h2>
                    <p>
                        "Answers that are being written are stopped. Everybody is signed out, and this "
                        "address answers as if nobody had ever been here. Nothing brings it back."
                    </p>
                    <h2>"What is destroyed"</h2>
                    <ul>
                        <li>"Every conversation of every member, and what was typed and answered in it."</li>
                        <li>"Every provider key, with the models, limits and instructions. At the providers the keys stay valid until you revoke them there."</li>
                        <li>"Accounts, teams, sessions and invitations, and the workspace’s looks and addresses."</li>
                        <li>"The ledger of what was spent, and the record of who did what. " <a href="/admin/audit">"Export the record"</a> " first, if you have to keep it."</li>
                        <li>"Kept answers, and letters to administrators that are not sent yet."</li>
                    </ul>
                    <h2>"What remains"</h2>
                    <ul>
                        <li>"One line: the workspace’s short name and id, when it was deleted, and that an owner did it."</li>
                        <li>"Number, time and fingerprint of some of the records, the last one among them, signed, in the database and in a file beside it. An export that you took can still be verified with them; nothing can be read from them."</li>
                        <li>"The program’s log, which holds ids and never what people wrote, as long as the operator keeps it."</li>
                        <li>{backups}</li>
                    </ul>
                </div>
                <form method="post" action="/admin/workspace/delete" autocomplete="off" class="form">
                    <div class="field">
                        <label for="delete-name">{label}</label>
                        <input
                            id="delete-name" class="input" name="name" required autocomplete="off"
                            autocapitalize="off" spellcheck="false"
                        />
                    </div>
                    <Password id="delete-password"/>
                    <div><button type="submit" class="button danger">"Delete this workspace"</button></div>
                </form>
            </div>
        </details>
    }
}

/// The server's login to the database may not remove workspaces.
#[component]
pub(super) fn ByOperator() -> impl IntoView {
    view! {
        <section class="panel notice" aria-labelledby="end-heading">
            <div class="panel-head bare"><h2 id="end-heading">"Deleting this workspace"</h2></div>
            <p>
                "The server of this installation may not delete workspaces by itself. Ask its operator: "
                "one command removes everything here."
            </p>
        </section>
    }
}
