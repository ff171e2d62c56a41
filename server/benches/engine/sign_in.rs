//! Whether the time of a refused sign-in tells that there is such an account: an address nobody has and
//! one with a wrong password, in turns, on a real database with the real hash.

use crate::figures::{line, quantile};
use crate::house::{House, MEMBER};
use crate::provider::Provider;

/// Tries of each kind.
const TRIES: usize = 200;
/// As many failures as are tried, so that nobody has to wait.
const MANY: &str = "100000";

pub(crate) async fn refused(provider: &Provider) {
    let settings = [
        ("LIVERY_SESSION__FAILURES_PER_ACCOUNT", MANY),
        ("LIVERY_SESSION__FAILURES_PER_ADDRESS", MANY),
    ];
    let house = House::open_with(provider, &settings).await;
    let (mut unknown, mut wrong, mut other) = (Vec::new(), Vec::new(), Vec::new());
    // The first ones open connections; not counted.
    for round in 0..TRIES + 5 {
        // Other addresses of the same length, as somebody would try who looks for accounts.
        let nobody = |kind: char| format!("{kind}{round:03}@nordwind.example");
        let times = [
            house.refused_sign_in(&nobody('u')).await,
            house.refused_sign_in(MEMBER).await,
            house.refused_sign_in(&nobody('v')).await,
        ];
        if round >= 5 {
            let sides = [&mut unknown, &mut wrong, &mut other];
            for (side, time) in sides.into_iter().zip(times) {
                side.push(time);
            }
        }
    }
    let of = [&mut unknown, &mut wrong, &mut other].map(|side| quantile(side, 0.5));
    let ratio = "refused sign-in, ratio of medians";
    line("refused sign-in of an unknown address, us", "median", of[0]);
    line("refused sign-in with a wrong password, us", "median", of[1]);
    line(ratio, "wrong password against unknown", of[1] / of[0]);
    line(ratio, "unknown against unknown", of[2] / of[0]);
    house.close().await;
}
