//! Something fails in the middle: nothing of it is left.

use crate::rig::{Rig, rich};

pub(crate) async fn run(rig: &Rig) {
    a_failure_undoes_everything(rig).await;
    a_workspace_made_for_it_goes_again(rig).await;
}

/// Everything before limits is done by then.
async fn a_failure_undoes_everything(rig: &Rig) {
    let schema = rig.schema("second").await;
    rig.by_hand(&format!(
        "create function public.fails() returns trigger language plpgsql as
           'begin raise exception ''injected''; end';
         create trigger fails before insert on {schema}.limits
           for each row execute function public.fails();"
    ));
    let before = (rig.export("second").await, rig.log("second", 1).await);
    let file = rig.file(
        "document.yaml",
        &rich("second").replace("second.client", "c.client"),
    );
    let said = rig.livery(&["apply", &file, "--prune"]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert_eq!(
        (rig.export("second").await, rig.log("second", 1).await),
        before
    );
    let prices = rig.by_hand("select count(*) from platform.price_book where model = 'never-set'");
    assert_eq!(prices, "0");
    rig.by_hand(&format!("drop trigger fails on {schema}.limits"));
}

async fn a_workspace_made_for_it_goes_again(rig: &Rig) {
    rig.by_hand(
        "create trigger fails before insert or update on platform.price_book
           for each row execute function public.fails();",
    );
    let text = rich("third").replace("written: 8.0", "written: 9");
    let file = rig.file("document.yaml", &text);
    let said = rig.livery(&["apply", &file, "--create"]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    let there = rig.by_hand("select count(*) from platform.workspaces where slug = 'third'");
    assert_eq!(there, "0", "it was left behind");
    rig.by_hand("drop trigger fails on platform.price_book; drop function public.fails");
    rig.apply(&text, &["--create"]).await;
}
