//! Sign-on through an identity provider: the good path, and every attack on it that we know of by name.

mod attacks;
mod hostile;
mod real;
mod stage;

use crate::rig::House;
use crate::rig::checks::Checks;
use stage::Stage;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    if !checks.wants("sign-on") {
        return;
    }
    let stage = Stage::set(house).await;
    checks
        .run(
            "sign-on: T42 somebody new is taken in as the rules say, and never as an owner",
            attacks::taken_in(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T38 T39 T37 an address finds nobody, and lets nobody in that is not verified and ours",
            attacks::addresses(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T45 state is of this browser, this workspace and this time",
            attacks::states(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T46 T47 a nonce of another sign-in, a code of another and a code used twice",
            attacks::replays(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T48 who answers is who was asked, before the code goes anywhere",
            attacks::mix_up(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T49 signatures that are none",
            attacks::signatures(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T50 claims that are not for us, not from there or not of now",
            attacks::claims(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T51 discovery that names another issuer or leads astray",
            attacks::discovery(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T52 key sets that are huge, slow, many or new",
            attacks::key_sets(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T44 a change asks for the password, ends sessions and freezes links",
            attacks::changes(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: a provider ends its sessions, and only with a logout token",
            attacks::logout(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: enforced, owners alone keep their password",
            attacks::enforced(stage.clone()),
        )
        .await;
    checks
        .run(
            "sign-on: T48 a certified provider, there and back, and two of them that are not mixed up",
            real::certified(stage.clone()),
        )
        .await;
    stage.strike().await;
}
