//! Numbers and times of the page in words.

use contract::savings::CacheKeep;

/// `12,345`.
pub(crate) fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `37 %`, rounded down so that a share is never overstated; `0 %` of nothing is left out.
pub(crate) fn share(part: u64, whole: u64) -> Option<String> {
    let percent = part.saturating_mul(100).checked_div(whole)?;
    Some(if percent == 0 && part > 0 {
        "under 1 %".to_owned()
    } else {
        format!("{percent} %")
    })
}

/// `1 day`, `2 hours`, `10 minutes`.
pub(super) fn minutes(count: u32) -> String {
    let (number, unit) = match count {
        days if days > 0 && days.is_multiple_of(1_440) => (days / 1_440, "day"),
        hours if hours > 0 && hours.is_multiple_of(60) => (hours / 60, "hour"),
        minutes => (minutes, "minute"),
    };
    let many = if number == 1 { "" } else { "s" };
    format!("{number} {unit}{many}")
}

/// How the cache is set, for whoever cannot change it.
pub(super) fn kept(keep: CacheKeep, usual: Option<u32>) -> String {
    match (keep, usual) {
        (_, None) => "The installation keeps no answers.".to_owned(),
        (CacheKeep::Off, _) => "This workspace keeps no answers.".to_owned(),
        (CacheKeep::Usual, Some(count)) | (CacheKeep::Minutes(count), _) => {
            format!("Answers are kept for {}.", minutes(count))
        }
    }
}

/// What was done just before, by the word in the address.
pub(super) fn done(word: &str) -> Option<&'static str> {
    match word {
        "kept" => Some("Set. It holds for answers that are kept already, too."),
        "purged" => Some("Purged. What it covers is asked anew from now on."),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{grouped, kept, minutes, share};
    use contract::savings::CacheKeep;

    #[test]
    fn numbers_read_well() {
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(share(3, 8).as_deref(), Some("37 %"));
        assert_eq!(share(1, 1_000).as_deref(), Some("under 1 %"));
        assert_eq!(share(0, 0), None);
        assert_eq!(minutes(1), "1 minute");
        assert_eq!(minutes(120), "2 hours");
        assert_eq!(minutes(1_440), "1 day");
        assert_eq!(minutes(90), "90 minutes");
        assert_eq!(
            kept(CacheKeep::Usual, Some(10)),
            "Answers are kept for 10 minutes."
        );
    }
}
