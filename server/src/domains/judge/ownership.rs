//! Whether the owner of a name published what its claim asks for.

use super::{Verdict, conflict, short};
use crate::domains::dns::Replies;
use crate::domains::records::proof_name;
use contract::domains::FactState;
use store::platform::claims::ClaimRow;

/// The shortest beginning of a token that tells a cut one from another one.
const TELLING: usize = 8;

/// Judges the TXT records at the claim's proof name. Only this claim's own token proves anything: a CNAME,
/// or the token of another claim, does not.
#[must_use]
pub fn ownership(claim: &ClaimRow, texts: &Replies) -> Verdict {
    let name = proof_name(&claim.host);
    if texts.is_silent() {
        let why = texts.failure();
        return Verdict::new(
            FactState::Unknown,
            format!(
                "Nobody could be asked for the TXT record: {why}. This says nothing about the record."
            ),
        );
    }
    let asked = texts.answers().count();
    let seen = texts
        .answers()
        .filter(|records| records.iter().any(|text| is_token(text, &claim.token)))
        .count();
    if seen == asked {
        let who = match asked {
            1 => "The name server that was asked shows".to_owned(),
            many => format!("All {many} name servers that answered show"),
        };
        return Verdict::new(
            FactState::Confirmed,
            format!("{who} the TXT record at {name}."),
        );
    }
    if seen > 0 {
        return Verdict::new(
            FactState::Waiting,
            format!(
                "{seen} of {asked} name servers show the TXT record at {name}. The others follow once what \
                 they kept has run out."
            ),
        );
    }
    let found = texts.all();
    if found.is_empty() {
        return Verdict::new(
            FactState::Waiting,
            format!("There is no TXT record at {name} yet."),
        );
    }
    let mut verdict = Verdict::new(
        FactState::Wrong,
        "There is a TXT record, and it does not hold the value of this claim.",
    );
    for text in &found {
        let advice = if is_cut(text, &claim.token) {
            "This is the beginning of the value: it was cut. Copy the whole of it."
        } else {
            "This is another value. Leave it if something else needs it, and add the one of this page."
        };
        verdict
            .conflicts
            .push(conflict((&name, "TXT", &short(text)), advice));
    }
    verdict
}

/// As it is, or in the quotation marks that some panels store along.
fn is_token(text: &str, token: &str) -> bool {
    text.trim().trim_matches('"') == token
}

fn is_cut(text: &str, token: &str) -> bool {
    let text = text.trim().trim_matches('"');
    text.len() >= TELLING && text.len() < token.len() && token.starts_with(text)
}

#[cfg(test)]
mod tests {
    use super::ownership;
    use crate::domains::dns::{Replies, Reply};
    use crate::domains::test_pieces::{claim, said};
    use contract::domains::FactState;

    fn judged(replies: Vec<Reply>) -> FactState {
        ownership(&claim("ai.client.com"), &Replies(replies)).state
    }

    #[test]
    fn all_that_answer_must_show_the_whole_token_of_this_claim() {
        let own = "token-of-ai.client.com";
        assert_eq!(judged(vec![said(&[own])]), FactState::Confirmed);
        assert_eq!(
            judged(vec![said(&[&format!("\"{own}\" ")])]),
            FactState::Confirmed
        );
        assert_eq!(
            judged(vec![
                said(&["other", own]),
                Reply::Failed("x"),
                said(&[own])
            ]),
            FactState::Confirmed
        );
        assert_eq!(judged(vec![said(&[own]), said(&[])]), FactState::Waiting);
        assert_eq!(judged(vec![said(&[])]), FactState::Waiting);
        for other in [
            "token-of-ai.client.co",
            "token-of-ai.client.comx",
            "TOKEN-OF-AI.CLIENT.COM",
            "token of another",
        ] {
            assert_eq!(judged(vec![said(&[other])]), FactState::Wrong, "{other}");
        }
    }

    #[test]
    fn silence_is_never_wrong() {
        assert_eq!(
            judged(vec![Reply::Failed("SERVFAIL"), Reply::Failed("late")]),
            FactState::Unknown
        );
        assert_eq!(judged(Vec::new()), FactState::Unknown);
    }

    #[test]
    fn a_cut_value_is_told_from_another_one() {
        let verdict = ownership(
            &claim("ai.client.com"),
            &Replies(vec![said(&["token-of-ai.cli", "spf1 \u{7}evil\n"])]),
        );
        let cut = |it: &&contract::domains::Conflict| it.advice.contains("was cut");
        assert_eq!(verdict.conflicts.iter().filter(cut).count(), 1);
        assert!(
            verdict
                .conflicts
                .iter()
                .all(|it| !it.record.contains(['\n', '\u{7}']))
        );
    }
}
