//! Guessing passwords: how often, and that it tells nothing.

use crate::FAILURES;
use crate::rig::House;
use crate::rig::browser::{Browser, Page};
use crate::rig::checks::Checks;

pub(crate) async fn run(checks: &mut Checks, house: &House) {
    checks
        .run(
            "throttle: an account waits after the configured failures, known or not",
            waits(house.clone()),
        )
        .await;
    checks
        .run(
            "throttle: guesses at the same moment are counted as well",
            at_once(house.clone()),
        )
        .await;
    checks
        .run(
            "throttle: a good sign-in forgives, and other accounts are not held up",
            forgives(house.clone()),
        )
        .await;
}

async fn guess(house: &House, email: &str, password: &str) -> Page {
    let browser = Browser::at(&house.server, "lumen");
    browser
        .form("/sign-in", &[("email", email), ("password", password)])
        .await
}

async fn waits(house: House) {
    let failures: usize = FAILURES.parse().unwrap();
    let (known, unknown) = ("edda@lumen.example", "nobody@lumen.example");
    let mut refusals = Vec::new();
    for email in [known, unknown] {
        for _ in 0..failures {
            assert_eq!(
                guess(&house, email, "not the password").await.status,
                422,
                "{email}"
            );
        }
        let page = guess(&house, &email.to_uppercase(), "not the password").await;
        assert_eq!(page.status, 429, "{email}");
        refusals.push(page);
    }
    let words = "Too many attempts. Wait fifteen minutes";
    assert!(refusals.iter().all(|page| page.body.contains(words)));
    assert_eq!(
        guess(&house, known, "lumen-demo-only").await.status,
        429,
        "the right one waits too"
    );
    assert_eq!(
        guess(&house, "paul@lumen.example", "lumen-demo-only")
            .await
            .status,
        303
    );
    // The same address in another workspace is another account.
    let elsewhere = Browser::at(&house.server, "halden");
    let fields = [("email", known), ("password", "not the password")];
    assert_eq!(elsewhere.form("/sign-in", &fields).await.status, 422);
}

async fn at_once(house: House) {
    let failures: usize = FAILURES.parse().unwrap();
    let guesses = (0..24).map(|_| {
        let house = house.clone();
        tokio::spawn(async move {
            guess(&house, "hurried@lumen.example", "not the password")
                .await
                .status
        })
    });
    let mut evaluated = 0;
    for guess in guesses.collect::<Vec<_>>() {
        match guess.await.unwrap() {
            422 => evaluated += 1,
            status => assert_eq!(status, 429),
        }
    }
    assert!(
        evaluated <= failures,
        "{evaluated} guesses were evaluated, {failures} are allowed"
    );
}

async fn forgives(house: House) {
    let failures: usize = FAILURES.parse().unwrap();
    let (email, password) = ("paul@lumen.example", "lumen-demo-only");
    for _ in 0..2 {
        for _ in 0..failures - 1 {
            assert_eq!(guess(&house, email, "not the password").await.status, 422);
        }
        assert_eq!(guess(&house, email, password).await.status, 303);
    }
}
